package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Images made of containers by the docker command line, and the containers afterwards. */
@ExtendWith(EngineExtension.class)
class CommitClientIT {
    private static final String WRITES = "echo new > /srv/new; echo more >> /etc/profile; rm /etc/os-release;"
            + " rm -r /home; mkdir /home; echo in > /home/in; ln /srv/new /srv/link; chown 12:34 /srv/new; chmod 4755 /srv/new";

    private final Engine engine;
    private final String name = "commit-" + UUID.randomUUID().toString().substring(0, 8);
    private final String image = "test/" + name;

    @TempDir
    Path here;

    CommitClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterAll
    static void prune(Engine engine) throws Exception {
        engine.dockerOutput("image", "prune", "-f");
    }

    @AfterEach
    void remove() throws Exception {
        for (String container : List.of(name, name + "-2")) {
            engine.delete("/containers/" + container + "?force=1&v=1");
        }
        for (String tag : List.of("latest", "2", "3")) {
            engine.delete("/images/" + image + ":" + tag + "?force=1");
        }
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    /** Runs a script in a new container to its end. */
    private void ran(String usersMode, String script) throws Exception {
        Answer created = engine.post(
                "/containers/create?name=" + name,
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sh\",\"-c\",\"" + script
                        + "\"],\"HostConfig\":{\"NetworkMode\":\"none\",\"UsernsMode\":\"" + usersMode + "\"}}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        docker("start", "-a", name);
    }

    private String inside(String script) throws Exception {
        return docker("run", "--rm", "--network", "none", image, "sh", "-c", script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "private"})
    void whatAStoppedContainerHasWrittenIsInTheImageAndStaysItsOwn(String usersMode) throws Exception {
        ran(usersMode, WRITES);
        String changed = docker("diff", name);
        String imageBefore = docker("inspect", "-f", "{{.Image}}", name);
        String sizeBefore = docker("ps", "-a", "--size", "--filter", "name=" + name, "--format", "{{.Size}}");
        docker("commit", name, image);
        assertThat(inside("cat /srv/new; tail -1 /etc/profile; ls /home; test -e /etc/os-release || echo gone;"
                        + " stat -c '%u:%g %a %h' /srv/link"))
                .isEqualTo("new\nmore\nin\ngone\n12:34 4755 2");
        assertThat(docker("diff", name)).isEqualTo(changed).contains("D /etc/os-release", "A /srv/new", "C /home");
        assertThat(docker("inspect", "-f", "{{.Image}}", name)).isEqualTo(imageBefore);
        assertThat(docker("ps", "-a", "--size", "--filter", "name=" + name, "--format", "{{.Size}}"))
                .isEqualTo(sizeBefore);
        docker("cp", name + ":/srv/new", here.resolve("new").toString());
        assertThat(here.resolve("new")).hasContent("new\n");
        Files.writeString(here.resolve("later"), "later\n");
        docker("cp", here.resolve("later").toString(), name + ":/srv/later");
        docker("commit", name, image + ":2");
        assertThat(docker("run", "--rm", image + ":2", "cat", "/srv/new", "/srv/later"))
                .isEqualTo("new\nlater");
        assertThat(docker("diff", name).lines()).contains("A /srv/later", "A /srv/new", "D /etc/os-release");
        engine.delete("/images/" + image + ":2");
        docker("rmi", image);
        assertThat(docker("diff", name).lines()).contains("A /srv/later", "A /srv/new");
        Run again = engine.docker("start", "-a", name);
        assertThat(again.errors()).contains("os-release");
        assertThat(docker("diff", name).lines()).contains("A /srv/later", "A /srv/new", "D /etc/os-release");
    }

    @Test
    void anImageStaysWhenItsContainerGoesAndLayersGoWithTheLastThatNeedsThem() throws Exception {
        ran("", "echo of-this-test > /srv/file");
        docker("commit", name, image);
        docker("rm", name);
        assertThat(inside("cat /srv/file")).isEqualTo("of-this-test");
        docker("run", "--name", name, image, "sh", "-c", "echo x > /srv/second");
        docker("commit", name, image + ":2");
        List<String> layers = List.of(
                docker("inspect", "-f", "{{.GraphDriver.Data.LowerDir}}", name).split(":"));
        assertThat(layers).hasSize(3);
        docker("rmi", image + ":2");
        assertThat(Path.of(layers.get(0)).resolve("srv/second")).exists();
        docker("rm", name);
        await(() -> !Files.exists(Path.of(layers.get(0))));
        assertThat(Path.of(layers.get(1)).resolve("srv/file")).exists();
        docker("rmi", image);
        await(() -> !Files.exists(Path.of(layers.get(1))));
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        for (int i = 0; i < 500 && !condition.holds(); i++) {
            Thread.sleep(20);
        }
        assertThat(condition.holds()).isTrue();
    }

    @Test
    void aRunningContainerIsCopiedAndGoesOn() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "lighter/host",
                "sh",
                "-c",
                "cd /srv; i=0; while :; do i=$((i+1)); echo $i > new; cp new new-b; mv new a; mv new-b b; done");
        await(() -> docker("diff", name).contains("A /srv/b"));
        docker("commit", name, image);
        docker("commit", "--pause=false", name, image + ":2");
        String[] both = inside("cat /srv/a /srv/b").split("\n");
        assertThat(Integer.parseInt(both[0]) - Integer.parseInt(both[1])).isBetween(0, 1);
        assertThat(docker("inspect", "-f", "{{.State.Status}}", name)).isEqualTo("running");
        String before = docker("exec", name, "cat", "/srv/a");
        await(() -> !docker("exec", name, "cat", "/srv/a").equals(before));
        docker("pause", name);
        docker("commit", name, image + ":3");
        assertThat(docker("inspect", "-f", "{{.State.Status}}", name)).isEqualTo("paused");
        docker("unpause", name);
    }

    @Test
    void aContainerOfLimitedSizeIsCopied() throws Exception {
        docker("run", "--name", name, "--storage-opt", "size=40m", "lighter/host", "sh", "-c", WRITES);
        String changed = docker("diff", name);
        docker("commit", name, image);
        assertThat(docker("diff", name)).isEqualTo(changed);
        docker("rm", name);
        assertThat(inside("cat /home/in; stat -c %u:%g /srv/new")).isEqualTo("in\n12:34");
    }

    @Test
    void theConfigurationIsTheContainersWithTheChanges() throws Exception {
        docker(
                "create",
                "--name",
                name,
                "-e",
                "ONE=1",
                "-e",
                "TWO=2",
                "-l",
                "kept=yes",
                "-w",
                "/srv",
                "--expose",
                "81",
                "-v",
                "/volume",
                "--entrypoint",
                "sh",
                "lighter/host",
                "-c",
                "echo $ONE");
        docker(
                "commit",
                "-a",
                "Ada <ada@example.com>",
                "-m",
                "said so",
                "-c",
                "ENV TWO=two THREE=\"3, 4\"",
                "-c",
                "LABEL other=\"a b\"",
                "-c",
                "EXPOSE 82/udp",
                "-c",
                "USER nobody",
                "-c",
                "WORKDIR sub",
                "-c",
                "VOLUME /more",
                "-c",
                "STOPSIGNAL SIGINT",
                "-c",
                "HEALTHCHECK --interval=3s CMD true",
                "-c",
                "ONBUILD RUN true",
                name,
                image);
        JsonNode made = engine.get("/images/" + image + "/json").json();
        assertThat(made.path("Author").asString()).isEqualTo("Ada <ada@example.com>");
        assertThat(made.path("Comment").asString()).isEqualTo("said so");
        JsonNode config = made.path("Config");
        assertThat(texts(config.path("Env"))).contains("ONE=1", "TWO=two", "THREE=3, 4");
        assertThat(texts(config.path("Entrypoint"))).containsExactly("sh");
        assertThat(texts(config.path("Cmd"))).containsExactly("-c", "echo $ONE");
        assertThat(config.path("Labels").path("kept").asString()).isEqualTo("yes");
        assertThat(config.path("Labels").path("other").asString()).isEqualTo("a b");
        assertThat(config.path("ExposedPorts").propertyNames()).containsExactlyInAnyOrder("81/tcp", "82/udp");
        assertThat(config.path("Volumes").propertyNames()).containsExactlyInAnyOrder("/volume", "/more");
        assertThat(config.path("User").asString()).isEqualTo("nobody");
        assertThat(config.path("WorkingDir").asString()).isEqualTo("/srv/sub");
        assertThat(config.path("StopSignal").asString()).isEqualTo("SIGINT");
        assertThat(config.path("Healthcheck").path("Interval").asLong()).isEqualTo(3_000_000_000L);
        assertThat(texts(config.path("OnBuild"))).containsExactly("RUN true");
        docker("commit", "-c", "ENTRYPOINT [\"cat\"]", name, image + ":2");
        JsonNode other = engine.get("/images/" + image + ":2/json").json().path("Config");
        assertThat(texts(other.path("Entrypoint"))).containsExactly("cat");
        assertThat(other.path("Cmd").isNull()).isTrue();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asString()));
        return texts;
    }

    @Test
    void theBodySaysWhatTheImageSaysOtherwise() throws Exception {
        docker("create", "--name", name, "-e", "ONE=1", "lighter/host", "true");
        Answer made = engine.post(
                "/commit?container=" + name + "&repo=" + image + "&tag=2",
                "{\"Env\":[\"TWO=2\"],\"Cmd\":[\"false\"],\"Hostname\":\"ignored-by-docker-too\"}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        JsonNode inspected = engine.get("/images/" + image + ":2/json").json();
        assertThat(inspected.path("Id")).isEqualTo(made.json().path("Id"));
        assertThat(texts(inspected.path("Config").path("Env"))).contains("ONE=1", "TWO=2");
        assertThat(texts(inspected.path("Config").path("Cmd"))).containsExactly("false");
        Answer unknown = engine.post("/commit?container=" + name, "{\"Wishes\":3}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.message()).contains("Wishes");
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        docker("create", "--name", name, "lighter/host", "true");
        assertThat(engine.docker("commit", name + "-no").errors()).contains("No such container: " + name + "-no");
        assertThat(engine.docker("commit", "-c", "RUN true", name).errors())
                .contains("RUN is not a valid change command");
        assertThat(engine.post("/commit?container=" + name + "&repo=UPPER").status())
                .isEqualTo(400);
        assertThat(engine.post("/commit").status()).isEqualTo(400);
        assertThat(docker("ps", "-a", "--filter", "name=" + name, "--format", "{{.Status}}"))
                .isEqualTo("Created");
    }

    @Test
    void aLargeLayerIsThereAtOnceAndItsDigestLater() throws Exception {
        ran("", "dd if=/dev/zero of=/srv/large bs=1M count=40 2>/dev/null");
        String id = docker("commit", name, image);
        String first = docker("inspect", "-f", "{{index .RootFS.Layers 1}}", image);
        await(() ->
                !docker("inspect", "-f", "{{index .RootFS.Layers 1}}", image).equals(first));
        assertThat(docker("inspect", "-f", "{{.Id}}", image)).isEqualTo(id);
        assertThat(inside("stat -c %s /srv/large")).isEqualTo("41943040");
    }

    @Test
    void aContainerThatWasCommittedVeryOftenStillIs() throws Exception {
        docker("create", "--name", name, "lighter/host", "sh", "-c", "ls /srv | wc -l");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 125; i++) {
            engine.request("PUT", "/containers/" + name + "/archive?path=/srv", archive("file" + i));
            Answer answer = engine.post("/commit?container=" + name + (i == 124 ? "&repo=" + image : ""));
            assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            made.add(answer.json().path("Id").asString());
        }
        assertThat(engine.get("/images/" + image + "/json")
                        .json()
                        .path("RootFS")
                        .path("Layers"))
                .hasSize(1);
        assertThat(inside("ls /srv | wc -l")).isEqualTo("125");
        assertThat(docker("start", "-a", name)).isEqualTo("125");
        assertThat(docker("diff", name).lines().filter(line -> line.startsWith("A /srv/file")))
                .hasSize(125);
        for (String one : made) {
            engine.delete("/images/" + one);
        }
    }

    private static byte[] archive(String file) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry(file));
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    @Test
    void theEventTellsTheImageAndTheApiMakesTheSame() throws Exception {
        docker("create", "--name", name, "lighter/host", "true");
        Answer made = engine.post(
                "/api/containers/" + name + "/commit",
                "{\"name\":\"" + image + "\",\"comment\":\"why\",\"changes\":[\"ENV X=1\"]}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        await(() -> !commitEvents().isEmpty());
        assertThat(commitEvents()).isEqualTo(made.json().path("id").asString() + " why " + image + ":latest");
    }

    private String commitEvents() throws Exception {
        return docker(
                "events",
                "--since",
                "5m",
                "--until",
                "0s",
                "--filter",
                "container=" + name,
                "--filter",
                "event=commit",
                "--format",
                "{{.Actor.Attributes.imageID}} {{.Actor.Attributes.comment}} {{.Actor.Attributes.imageRef}}");
    }
}
