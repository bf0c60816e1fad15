package dev.lighter.soak;

import dev.lighter.engine.Answer;
import dev.lighter.engine.DockerRegistry;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * Kills the engine at random moments of pulls, pushes, loads, builds and prunes, within the time that each takes; after each start every
 * entry of the data directory is needed and none is missing, and the same request succeeds. A program by itself, too; its argument is the
 * number of kills (60).
 */
final class ImageKills {
    private static final int LAYERS = 4;
    private static final int LAYER_BYTES = 4_000_000;
    private static final Map<String, String> NOBODY =
            Map.of("X-Registry-Auth", Base64.getUrlEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8)));
    private static final byte[] NOTHING = new byte[0];

    private final Engine engine;
    private final String image;
    private final Random random = new Random(23);
    private final Map<String, Long> usualNanos = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private int interrupted;
    private volatile boolean answered;

    private ImageKills(Engine engine, String image) {
        this.engine = engine;
        this.image = image;
    }

    /** A request of Docker's API that is interrupted, and sent again. */
    private record Request(String name, String path, Map<String, String> headers, byte[] body) {}

    /** Runs it alone. */
    public static void main(String[] arguments) throws Exception {
        List<String> wrong = run(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60);
        wrong.forEach(sentence -> System.out.println("WRONG: " + sentence));
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    /** Gives what was wrong, in sentences. */
    static List<String> run(int count) throws Exception {
        if (!DockerRegistry.isInstalled()) {
            System.out.println("kills among pulls and pushes: docker-registry is not installed");
            return List.of();
        }
        try (DockerRegistry registry = DockerRegistry.start("", "");
                Engine engine = Engine.start()) {
            ImageKills kills = new ImageKills(engine, registry.host() + "/kills/image");
            for (int i = 0; i < count; i++) {
                switch (i % 5) {
                    case 0 -> kills.load();
                    case 1 -> kills.push(i);
                    case 2 -> kills.pull();
                    case 3 -> kills.build(i);
                    default -> kills.prune();
                }
            }
            kills.end();
            System.out.println("kills of the engine during pulls, pushes, loads, builds and prunes: " + count
                    + ", of which " + kills.interrupted + " before the answer");
            return kills.wrong;
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            System.out.println(otherwise);
            wrong.add(otherwise);
        }
    }

    /** Kills the engine within a request; then all is as it should be, and the same request succeeds. */
    private void interrupt(Request request) throws Exception {
        Thread client = new Thread(() -> {
            try {
                answered = isGood(send(request));
            } catch (IOException killed) {
                Thread.yield();
            }
        });
        answered = false;
        client.start();
        Thread.sleep(random.nextInt((int) (usualNanos.getOrDefault(request.name, 1_000_000_000L) / 1_000_000) + 1));
        engine.kill();
        client.join();
        interrupted += answered ? 0 : 1;
        engine.launch();
        engine.awaitAnswer();
        checkContent("after a kill during " + request.name);
        long begin = System.nanoTime();
        Answer again = send(request);
        check(isGood(again), request.name + " answered " + again.status() + " " + again.text());
        usualNanos.put(request.name, System.nanoTime() - begin);
        checkContent("after " + request.name + " again");
    }

    private Answer send(Request request) throws IOException {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.send("POST", request.path, request.headers, request.body);
            return http.receive("POST");
        }
    }

    private static boolean isGood(Answer answer) {
        return answer.status() < 300 && !answer.text().contains("errorDetail");
    }

    private void checkContent(String when) throws IOException {
        JsonNode entries = engine.post("/api/system/check").json().path("entries");
        check(!entries.isEmpty(), when + ": nothing was checked");
        for (JsonNode entry : entries) {
            check(entry.path("state").asString().equalsIgnoreCase("needed"), when + ": " + entry);
        }
    }

    private TestImage testImage() {
        TarBytes[] layers = new TarBytes[LAYERS];
        for (int i = 0; i < LAYERS; i++) {
            byte[] content = new byte[LAYER_BYTES];
            random.nextBytes(content);
            layers[i] = new TarBytes().file("data" + i, content).file("zeros" + i, new byte[LAYER_BYTES]);
        }
        return TestImage.of(layers);
    }

    private void load() throws Exception {
        remove(image + ":1");
        interrupt(new Request(
                "a load",
                "/images/load?quiet=1",
                Map.of("Content-Type", "application/x-tar"),
                testImage().dockerArchive(image + ":1")));
        check(engine.get("/images/" + image + ":1/json").status() == 200, "an image that was loaded is not there");
    }

    private void push(int number) throws Exception {
        // Another repository each time, so that there is something to send.
        engine.post("/images/" + image + ":1/tag?repo=" + image + "-" + number + "&tag=1");
        interrupt(new Request("a push", "/images/" + image + "-" + number + "/push?tag=1", NOBODY, NOTHING));
        // What the next pull is to find.
        Answer pushed = send(new Request("a push", "/images/" + image + "/push?tag=1", NOBODY, NOTHING));
        check(isGood(pushed), "a push answered " + pushed.status() + " " + pushed.text());
        remove(image + "-" + number + ":1");
    }

    private void pull() throws Exception {
        remove(image + ":1");
        interrupt(new Request("a pull", "/images/create?fromImage=" + image + "&tag=1", NOBODY, NOTHING));
        check(engine.get("/images/" + image + ":1/json").status() == 200, "an image that was pulled is not there");
    }

    private void build(int number) throws Exception {
        byte[] content = new byte[LAYER_BYTES];
        random.nextBytes(content);
        String dockerfile = "FROM lighter/host\nCOPY data /srv/\nRUN sha256sum /srv/data > /srv/sum\n"
                + "RUN i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo $i > /srv/$i; done\nLABEL number=" + number
                + "\n";
        byte[] context = new TarBytes()
                .file("Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8))
                .file("data", content)
                .bytes();
        interrupt(new Request("a build", "/build?t=kills/built", Map.of("Content-Type", "application/x-tar"), context));
        Answer created = engine.post(
                "/containers/create?name=built",
                "{\"Image\":\"kills/built\",\"Cmd\":[\"sha256sum\",\"-c\",\"/srv/sum\"],"
                        + "\"HostConfig\":{\"NetworkMode\":\"none\"}}");
        String id = created.json().path("Id").asString();
        engine.post("/containers/" + id + "/start");
        check(
                engine.post("/containers/" + id + "/wait")
                                .json()
                                .path("StatusCode")
                                .asInt(-1)
                        == 0,
                "what was built is not whole");
        engine.delete("/containers/" + id + "?force=1");
    }

    private void prune() throws Exception {
        remove("kills/built");
        interrupt(new Request("a prune of builds", "/build/prune?all=true", Map.of(), NOTHING));
        engine.delete("/images/" + image + ":1?noprune=1");
        interrupt(new Request(
                "a prune of images",
                "/images/prune?filters=%7B%22dangling%22:%5B%22false%22%5D%7D",
                Map.of(),
                NOTHING));
    }

    private void remove(String name) throws IOException {
        engine.delete("/images/" + name + "?force=1");
    }

    private void end() throws Exception {
        remove(image + ":1");
        remove("kills/built");
        engine.post("/build/prune?all=true");
        engine.post("/images/prune?filters=%7B%22dangling%22:%5B%22false%22%5D%7D");
        engine.restart();
        checkContent("in the end");
        int images = engine.get("/images/json?all=1").json().size();
        check(images <= 1, images + " images are left");
    }
}
