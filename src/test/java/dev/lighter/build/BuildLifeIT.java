package dev.lighter.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Builds that end otherwise than by themselves, secrets, caches, and what lies elsewhere; by an engine of their own, which some of them end. */
class BuildLifeIT {
    private static final String HOST = "FROM lighter/host\n";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path here;

    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start();
    }

    @AfterAll
    static void end() throws Exception {
        engine.close();
    }

    private static Run build(String dockerfile, String... options) throws Exception {
        String[] arguments = Stream.of(Stream.of("build"), Stream.of(options), Stream.of("-"))
                .flatMap(one -> one)
                .toArray(String[]::new);
        return engine.docker(dockerfile.getBytes(StandardCharsets.UTF_8), arguments);
    }

    private static String api(Map<String, Object> what) throws Exception {
        Answer answer = engine.post("/api/builds", JSON.writeValueAsString(what));
        return answer.text();
    }

    private static void assertNothingIsLeft() throws Exception {
        await().untilAsserted(() -> {
            assertThat(engine.dockerOutput("ps", "-aq")).isEmpty();
            try (Stream<Path> running = Files.list(engine.data().resolve("builds/running"))) {
                assertThat(running).isEmpty();
            }
        });
    }

    @Test
    void aSecretIsInAFileOfTheStepAndNowhereElse() throws Exception {
        String secret = "s3cret-value-7319";
        String said = api(Map.of(
                "text",
                HOST + "RUN --mount=type=secret,id=token wc -c < /run/secrets/token\n"
                        + "RUN --mount=type=secret,id=token,target=/t,uid=5,mode=0440 stat -c %u:%a /t\n"
                        + "RUN ls /run/secrets /t 2>&1 || echo gone",
                "tags",
                List.of("secretive"),
                "secrets",
                Map.of("token", secret)));
        assertThat(said).contains("17\\n", "5:440\\n", "gone\\n", "\"image\":\"sha256:");
        assertThat(engine.dockerOutput("history", "--no-trunc", "secretive")).doesNotContain(secret);
        Process found = new ProcessBuilder("grep", "-rlF", secret, engine.data().toString()).start();
        assertThat(new String(found.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        engine.dockerOutput("rmi", "secretive");
    }

    @Test
    void theApiSaysWhyABuildFails() throws Exception {
        assertThat(api(Map.of("text", HOST + "RUN exit 3")))
                .contains("\"exitCode\":3")
                .contains("non-zero code: 3");
        Answer wrong = engine.post("/api/builds", JSON.writeValueAsString(Map.of("text", "FROM a\nFOO")));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text()).contains("line 2");
        assertThat(engine.post("/api/builds", "{\"text\":\"FROM a\",\"ssh\":[\"x\"]}")
                        .text())
                .contains("ssh: ");
        assertThat(engine.post("/api/builds", "{\"foo\":1}").status()).isEqualTo(400);
    }

    @Test
    void aBuildEndsWhenItIsCancelledOrItsClientGoes() throws Exception {
        Process docker = engine.startDocker("build", "-");
        try (OutputStream to = docker.getOutputStream()) {
            to.write((HOST + "RUN sleep 1000").getBytes(StandardCharsets.UTF_8));
        }
        await().until(() -> !engine.dockerOutput("ps", "-q").isEmpty());
        String id = JSON.readTree(engine.get("/api/builds").text())
                .path(0)
                .path("id")
                .asString();
        assertThat(engine.delete("/api/builds/" + id).status()).isEqualTo(204);
        assertThat(engine.finished(docker).errors()).contains("the build was cancelled");
        assertNothingIsLeft();
        Process gone = engine.startDocker("build", "-");
        try (OutputStream to = gone.getOutputStream()) {
            to.write((HOST + "RUN sleep 1001").getBytes(StandardCharsets.UTF_8));
        }
        await().until(() -> !engine.dockerOutput("ps", "-q").isEmpty());
        gone.destroyForcibly();
        engine.finished(gone);
        assertNothingIsLeft();
    }

    @Test
    void anEngineThatIsKilledInABuildLeavesNothingAndTheSameSucceeds() throws Exception {
        String dockerfile =
                HOST + "RUN echo kept > /x\nRUN --mount=type=cache,target=/c [ -e /c/done ] || { touch /c/done;"
                        + " sleep 1000; }\nRUN cat /x";
        Process docker = engine.startDocker("build", "-t", "again", "-");
        try (OutputStream to = docker.getOutputStream()) {
            to.write(dockerfile.getBytes(StandardCharsets.UTF_8));
        }
        await().until(() -> engine.printed(docker).contains("Step 3/4")
                && !engine.dockerOutput("ps", "-q").isEmpty());
        await().until(() -> anyCacheHas("done"));
        engine.kill();
        engine.finished(docker);
        engine.launch();
        engine.awaitAnswer();
        assertNothingIsLeft();
        Run run = build(dockerfile, "-t", "again");
        assertThat(run.errors()).doesNotContain("Error");
        assertThat(run.output()).contains("Using cache").contains("\nkept\n").contains("Successfully tagged");
        engine.dockerOutput("rmi", "again");
        assertNothingIsLeft();
    }

    private static boolean anyCacheHas(String name) throws Exception {
        try (Stream<Path> files = Files.walk(engine.data().resolve("builds/cache"))) {
            return files.anyMatch(file -> file.endsWith(name));
        }
    }

    /** Each waits for the other: one after the other they would never end. */
    @Test
    void stagesThatDoNotNeedEachOtherAreBuiltAtTheSameTime() throws Exception {
        String wait =
                "RUN --mount=type=cache,target=/c,id=meet touch /c/%s; i=0; while [ ! -e /c/%s ] && [ $i -lt 600 ];"
                        + " do sleep 0.1; i=$((i+1)); done; [ -e /c/%s ] && echo met > /%s\n";
        Run run = build(HOST.strip() + " AS a\n" + wait.formatted("a", "b", "b", "a") + HOST.strip() + " AS b\n"
                + wait.formatted("b", "a", "a", "b") + HOST + "COPY --from=a /a /\nCOPY --from=b /b /\nRUN cat /a /b");
        assertThat(run.output()).contains("\nmet\nmet\n");
        assertThat(run.output())
                .containsSubsequence("Step 1/8", "Step 2/8", "Step 3/8", "Step 4/8", "Step 5/8", "Step 8/8");
    }

    @Test
    void theCacheIsShownAndPruned() throws Exception {
        build(HOST + "RUN echo pruned > /pruned\nRUN --mount=type=cache,target=/c,id=prune-me echo 12345 > /c/x");
        String shown = engine.get("/system/df?type=build-cache").text();
        assertThat(shown).contains("echo pruned > /pruned").contains("prune-me").contains("exec.cachemount");
        assertThat(engine.dockerOutput("builder", "prune", "-f", "--filter", "type=exec.cachemount"))
                .contains("Total reclaimed space");
        assertThat(engine.get("/system/df?type=build-cache").text())
                .doesNotContain("prune-me")
                .contains("echo pruned");
        engine.dockerOutput("builder", "prune", "-f");
        assertThat(engine.get("/system/df?type=build-cache").text()).doesNotContain("echo pruned");
        assertThat(engine.dockerOutput("images", "-aq", "--filter", "dangling=true"))
                .isEmpty();
    }

    @Test
    void contextsAndFilesComeFromElsewhere() throws Exception {
        Path work = Files.createDirectories(here.resolve("repo"));
        Files.writeString(work.resolve("Dockerfile"), HOST + "COPY f /f\nRUN cat /f");
        Files.writeString(work.resolve("f"), "from git\n");
        run(work, "git", "init", "-q", "-b", "main");
        run(work, "git", "add", ".");
        run(work, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first");
        run(here, "git", "clone", "-q", "--bare", "repo", "site/repo.git");
        run(here.resolve("site/repo.git"), "git", "update-server-info");
        run(here, "tar", "czf", "site/context.tgz", "-C", "repo", "Dockerfile", "f");
        Files.writeString(here.resolve("site/Plain"), HOST + "RUN echo plain");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            Path file = here.resolve("site" + exchange.getRequestURI().getPath());
            byte[] body = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
            exchange.sendResponseHeaders(Files.isRegularFile(file) ? 200 : 404, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThat(api(Map.of("remote", url + "/repo.git#main"))).contains("from git\\n");
            assertThat(api(Map.of("remote", url + "/context.tgz", "noCache", true)))
                    .contains("from git\\n");
            assertThat(api(Map.of("remote", url + "/Plain"))).contains("plain\\n");
            assertThat(api(Map.of("remote", url + "/repo.git#none"))).contains("has no revision none");
            assertThat(api(Map.of("remote", url + "/missing"))).contains("with status 404");
            assertThat(api(Map.of("text", HOST + "ADD " + url + "/repo.git /r\nRUN cat /r/f; ls -A /r")))
                    .contains("from git\\n")
                    .doesNotContain(".git\\n");
            assertThat(api(Map.of("text", HOST + "ADD " + url + "/Plain /p/\nRUN stat -c %a /p/Plain")))
                    .contains("600\\n");
            assertThat(api(Map.of("text", HOST + "ADD --checksum=sha256:" + "0".repeat(64) + " " + url + "/Plain /p/")))
                    .contains("digest mismatch");
        } finally {
            server.stop(0);
        }
    }

    private static void run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as(List.of(command).toString()).isZero();
    }
}
