package dev.lighter.soak;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * Kills the engine at random moments of commits, snapshots and copies; after each start nothing is lost, nothing is left over, and the same
 * command succeeds. A program by itself, too; its argument is the number of kills (60).
 */
final class CommitKills {
    private static final int LONGEST_MILLIS = 500;
    private static final int COPIES = 3;

    private final Engine engine;
    private final Random random = new Random(11);
    private final List<String> wrong = new ArrayList<>();
    private int interrupted;
    private volatile boolean answered;

    private CommitKills(Engine engine) {
        this.engine = engine;
    }

    /** Runs it alone. */
    public static void main(String[] arguments) throws Exception {
        List<String> wrong = run(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60);
        wrong.forEach(sentence -> System.out.println("WRONG: " + sentence));
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    /** Gives what was wrong, in sentences. */
    static List<String> run(int count) throws Exception {
        try (Engine engine = Engine.start()) {
            CommitKills kills = new CommitKills(engine);
            engine.docker("run", "--rm", "lighter/host", "true");
            for (int i = 0; i < count; i++) {
                switch (i % 3) {
                    case 0 -> kills.commit(i);
                    case 1 -> kills.snapshot(i);
                    default -> kills.copies(i);
                }
            }
            kills.end();
            System.out.println("kills of the engine during commits, snapshots and copies: " + count + ", of which "
                    + kills.interrupted + " before the answer");
            return kills.wrong;
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            System.out.println(otherwise);
            wrong.add(otherwise);
        }
    }

    /** Sends a request and kills the engine a moment later; gives whether there was an answer before. */
    private boolean killedDuring(String path, String body) throws Exception {
        int longest = random.nextBoolean() ? LONGEST_MILLIS : LONGEST_MILLIS / 10;
        Thread client = new Thread(() -> {
            try (SocketHttp http = new SocketHttp(engine.socket())) {
                answered = http.request("POST", path, body).status() < 300;
            } catch (IOException killed) {
                Thread.yield();
            }
        });
        answered = false;
        client.start();
        Thread.sleep(random.nextInt(longest));
        engine.kill();
        client.join();
        boolean before = answered;
        interrupted += before ? 0 : 1;
        System.out.println("killed during " + path + (before ? ", after the answer" : ""));
        engine.launch();
        engine.awaitAnswer();
        for (String directory : List.of("containers", "snapshots")) {
            try (var each = Files.list(engine.data().resolve(directory))) {
                for (Path one : each.toList()) {
                    check(!Files.exists(one.resolve("copy")), path + " has left a copy in " + one);
                }
            }
        }
        return before;
    }

    private Answer succeeded(String path, String body) throws IOException {
        Answer answer = engine.post(path, body);
        check(answer.status() < 300, path + " answered " + answer.status() + answer.text());
        return answer;
    }

    private String container(String name, String command, String more) throws IOException {
        return succeeded(
                        "/containers/create?name=" + name,
                        "{\"Image\":\"lighter/host\",\"Cmd\":[\"sh\",\"-c\",\"" + command + "\"]" + more + "}")
                .json()
                .path("Id")
                .asString();
    }

    private void commit(int number) throws Exception {
        String mode = number % 2 == 0 ? "host" : "private";
        String id = container(
                "stopped",
                "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i > /srv/$i; done; head -c 30000000 /dev/zero > /srv/z",
                ",\"HostConfig\":{\"NetworkMode\":\"none\",\"UsernsMode\":\"" + mode + "\"}");
        succeeded("/containers/" + id + "/start", "");
        succeeded("/containers/" + id + "/wait", "");
        killedDuring("/commit?container=stopped&repo=kills/commit", "");
        JsonNode image = engine.get("/images/kills/commit/json").json();
        boolean made = image.has("Id");
        check(hasFiles(id), "kill " + number + ": the container has lost files");
        succeeded("/commit?container=stopped&repo=kills/commit", "");
        check(hasFiles(id), "kill " + number + ": the container has lost files by a commit after " + made);
        Answer other = engine.post(
                "/containers/create?name=of-image",
                "{\"Image\":\"kills/commit\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}");
        check(hasFiles(other.json().path("Id").asString()), "kill " + number + ": the image has lost files");
        engine.delete("/containers/of-image?force=1");
        engine.delete("/containers/" + id + "?force=1");
        for (JsonNode one : engine.get("/images/json?all=1").json()) {
            if (!one.path("RepoTags").toString().contains("lighter/host")) {
                engine.delete("/images/" + one.path("Id").asString() + "?force=1");
            }
        }
    }

    private boolean hasFiles(String container) throws IOException {
        for (String name : List.of("1", "150", "300")) {
            Answer file = engine.get("/containers/" + container + "/archive?path=/srv/" + name);
            if (file.status() != 200 || !new String(file.body(), StandardCharsets.ISO_8859_1).contains(name + "\n")) {
                return false;
            }
        }
        return true;
    }

    private void original() throws Exception {
        if (engine.get("/containers/original/json").status() == 404) {
            String id = container(
                    "original",
                    "head -c 20000000 /dev/zero > /data/z; echo yes > /data/yes; echo yes > /srv/yes; sleep 10000",
                    ",\"HostConfig\":{\"NetworkMode\":\"none\",\"Binds\":[\"original:/data\"]}");
            succeeded("/containers/" + id + "/start", "");
            while (engine.get("/containers/original/archive?path=/srv/yes").status() != 200) {
                Thread.sleep(20);
            }
        }
    }

    private void snapshot(int number) throws Exception {
        original();
        boolean before = killedDuring("/api/containers/original/snapshot", "{\"name\":\"kills\"}");
        int there = engine.get("/api/snapshots/kills").status();
        check(!before || there == 200, "kill " + number + ": a snapshot that was made is gone");
        check(
                engine.get("/containers/original/json")
                        .json()
                        .at("/State/Status")
                        .asString()
                        .equals("running"),
                "kill " + number + ": the container is not running");
        engine.delete("/api/snapshots/kills");
        succeeded("/api/containers/original/snapshot", "{\"name\":\"kills\"}");
        engine.delete("/api/snapshots/kills");
        try (var left = Files.list(engine.data().resolve("snapshots"))) {
            check(left.findAny().isEmpty(), "kill " + number + ": directories of snapshots are left");
        }
    }

    private void copies(int number) throws Exception {
        original();
        succeeded("/api/containers/original/snapshot", "{\"name\":\"kills\"}");
        String names = "{\"names\":[\"copy-1\",\"copy-2\",\"copy-3\"]}";
        boolean before = killedDuring("/api/snapshots/kills/copies", names);
        int made = copiesThere();
        check(made == (before ? COPIES : 0) || !before && made == COPIES, "kill " + number + ": " + made + " copies");
        removeCopies();
        succeeded("/api/snapshots/kills/copies", names);
        check(copiesThere() == COPIES, "kill " + number + ": no copies afterwards");
        removeCopies();
        engine.delete("/api/snapshots/kills");
    }

    private int copiesThere() throws IOException {
        int count = 0;
        for (JsonNode container : engine.get("/containers/json?all=1").json()) {
            count += container.path("Names").get(0).asString().startsWith("/copy-") ? 1 : 0;
        }
        return count;
    }

    private void removeCopies() throws IOException {
        for (int i = 1; i <= COPIES; i++) {
            engine.delete("/containers/copy-" + i + "?force=1&v=1");
        }
        int volumes = engine.get("/volumes").json().path("Volumes").size();
        check(volumes == 1, volumes + " volumes beside the copies' own");
    }

    private void end() throws Exception {
        engine.delete("/containers/original?force=1&v=1");
        engine.delete("/volumes/original");
        engine.restart();
        for (String kind : List.of("containers", "volumes", "snapshots", "incoming")) {
            try (var left = Files.list(engine.data().resolve(kind))) {
                List<Path> all = left.toList();
                check(all.isEmpty(), "left in " + kind + ": " + all);
            }
        }
        try (var left = Files.list(engine.data().resolve("layers"))) {
            long layers = left.count();
            check(layers == 1, layers + " layers beside the starter image's");
        }
    }
}
