package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.SocketHttp;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's paths for containers: status codes, messages, streams, as clients see them on the wire. */
@ExtendWith(EngineExtension.class)
class ContainerApiIT {
    private final Engine engine;
    private final String name = "api-" + UUID.randomUUID().toString().substring(0, 8);

    ContainerApiIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void removeTheContainer() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private String create(String script) throws IOException {
        String body = "{\"Image\":\"lighter/host\",\"Cmd\":[\"sh\",\"-c\",\"" + script + "\"]}";
        Answer answer = engine.post("/containers/create?name=" + name, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("Id").asString();
    }

    private static String unframed(byte[] frames, int wanted) throws IOException {
        StringBuilder text = new StringBuilder();
        try (DataInputStream input = new DataInputStream(new java.io.ByteArrayInputStream(frames))) {
            while (input.available() > 0) {
                int stream = input.readInt() >>> 24;
                byte[] piece = input.readNBytes(input.readInt());
                if (stream == wanted) {
                    text.append(new String(piece, StandardCharsets.UTF_8));
                }
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v1.24", "/v1.41", "/v1.51"})
    void pathsAreServedWithAndWithoutVersion(String version) throws Exception {
        Answer ping = engine.get(version + "/_ping");
        assertThat(ping.status()).isEqualTo(200);
        assertThat(ping.text()).isEqualTo("OK");
        assertThat(ping.headers()).containsEntry("api-version", "1.51").containsEntry("ostype", "linux");
        assertThat(engine.get(version + "/containers/json").status()).isEqualTo(200);
    }

    @Test
    void versionsOutOfRangeAreRefused() throws Exception {
        assertThat(engine.get("/v1.99/_ping").status()).isEqualTo(400);
        assertThat(engine.get("/v1.99/_ping").message()).contains("too new");
        assertThat(engine.get("/v1.10/version").message()).contains("too old");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {"Image":7}                                               | Image: text in quotes
                    {"Image":"lighter/host","Cmd":[1]}                        | Cmd.[0]: text in quotes
                    {"Image":"lighter/host","Env":"A=b"}                      | Env: a list
                    {"Image":"lighter/host","OpenStdin":"true"}               | OpenStdin: true or false
                    {"Image":"lighter/host","Labels":{"a":1}}                 | Labels.a: text in quotes
                    {"Image":"lighter/host","HostConfig":[]}                  | HostConfig: an object
                    {"Image":"lighter/host","HostConfig":{"Memory":"5"}}      | HostConfig.Memory: a whole number
                    {"Image":"lighter/host","HostConfig":{"CpuShares":1.5}}   | HostConfig.CpuShares: a whole number
                    {"Image":"lighter/host","HostConfig":{"AutoRemove":1}}    | HostConfig.AutoRemove: true or false
                    """)
    void valuesOfAnotherTypeAreRefusedAndNotGuessed(String body, String expected) throws Exception {
        String[] parts = expected.split(": ");
        Answer answer = engine.post("/containers/create?name=" + name, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("message").asString())
                .isEqualTo("invalid JSON: " + parts[0] + " does not have the expected type: " + parts[1]);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"Image":"lighter/host"                                  | 400
                    []                                                       | 400
                    {"Image":5,"Cmd":{"a":1}}                                | 400
                    {"Image":"lighter/host","Cmd":["true"],"Env":"A=b"}      | 400
                    {"Image":"lighter/host","HostConfig":{"Memory":"much"}}  | 400
                    {"Image":"lighter/host","HostConfig":{"Memory":1000}}    | 400
                    {"Image":"lighter/host","HostConfig":{"Memory":-5}}      | 400
                    {"Image":"lighter/host","HostConfig":{"PidsLimit":"x"}}  | 400
                    {"Image":"lighter/host","HostConfig":{"Privileged":"x"}} | 400
                    {"Image":"lighter/host","HostConfig":{"Cgroup":"x"}}     | 400
                    {"Image":"lighter/host","HostConfig":{"Binds":["/:h"]}}  | 400
                    {"Image":"lighter/host","HostConfig":{"CapAdd":["NO"]}}  | 400
                    {"Image":"lighter/host","HostConfig":{"NetworkMode":"x"}}| 404
                    {"Image":"lighter/host","StopSignal":"SIGNOTHING"}       | 400
                    {"Image":"lighter/host","WorkingDir":"relative"}         | 400
                    {"Image":"no-such-image:1"}                              | 404
                    {"Image":"UPPER CASE"}                                   | 400
                    {"Image":""}                                             | 400
                    {}                                                       | 400
                    """)
    void badRequestsAreAnsweredInWordsAndLeaveNothing(String body, int status) throws Exception {
        Answer answer = engine.post("/containers/create?name=" + name, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.message()).isNotBlank().doesNotContain("dev.lighter").doesNotContain("Exception");
        assertThat(engine.get("/containers/" + name + "/json").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", "x", "a%20b", "a/b", "%C3%A9t%C3%A9", ".hidden"})
    void namesFollowDockersRule(String bad) throws Exception {
        Answer answer = engine.post("/containers/create?name=" + bad, "{\"Image\":\"lighter/host\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    @Test
    void aNameIsTakenOnce() throws Exception {
        String id = create("true");
        Answer answer = engine.post("/containers/create?name=" + name, "{\"Image\":\"lighter/host\"}");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message())
                .isEqualTo("Conflict. The container name \"/" + name + "\" is already in use by container \"" + id
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
    }

    @Test
    void containersAreFoundByIdPrefixAndName() throws Exception {
        String id = create("true");
        for (String reference : new String[] {id, id.substring(0, 12), name}) {
            Answer answer = engine.get("/containers/" + reference + "/json");
            assertThat(answer.json().path("Id").asString()).isEqualTo(id);
        }
        assertThat(engine.get("/containers/nosuch/json").message()).isEqualTo("No such container: nosuch");
    }

    @Test
    void bodiesMustBeJson() throws Exception {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            Answer answer = http.request(
                    "POST", "/containers/create", Map.of("Content-Type", "text/plain"), "{\"Image\":\"lighter/host\"}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message()).contains("must be 'application/json'");
        }
    }

    @Test
    void unknownPathsAnswerAsDocker() throws Exception {
        Answer answer = engine.get("/no/such/path");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("page not found");
        assertThat(engine.delete("/containers/json").status()).isEqualTo(404);
    }

    @Test
    void whatOtherEnginesAreForIsRefusedInWords() throws Exception {
        for (String path : List.of("/swarm", "/nodes", "/services", "/v1.43/tasks", "/secrets/x", "/configs")) {
            Answer answer = engine.get(path);
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.message()).contains("swarm mode is not supported");
        }
        assertThat(engine.post("/swarm/init", "{}").status()).isEqualTo(501);
        assertThat(engine.post("/plugins/pull?remote=x").message()).contains("plugins are not supported");
        assertThat(engine.get("/plugins").text()).isEqualTo("[]");
    }

    @Test
    void startAndStopSayWhenThereIsNothingToDo() throws Exception {
        create("trap 'exit 0' TERM; while :; do sleep 0.05; done");
        assertThat(engine.post("/containers/" + name + "/stop").status()).isEqualTo(304);
        assertThat(engine.post("/containers/" + name + "/start").status()).isEqualTo(204);
        assertThat(engine.post("/containers/" + name + "/start").status()).isEqualTo(304);
        assertThat(engine.post("/containers/" + name + "/stop?t=3").status()).isEqualTo(204);
        Answer kill = engine.post("/containers/" + name + "/kill");
        assertThat(kill.status()).isEqualTo(409);
        assertThat(kill.message()).contains("is not running");
        assertThat(engine.post("/containers/" + name + "/kill?signal=NONSENSE").status())
                .isEqualTo(400);
        assertThat(engine.post("/containers/" + name + "/stop?t=soon").status()).isEqualTo(400);
    }

    @Test
    void aFailedStartLeavesNothingRunning() throws Exception {
        String id = engine.post(
                        "/containers/create?name=" + name,
                        "{\"Image\":\"lighter/host\",\"Cmd\":[\"true\"],\"User\":\"nobody-knows\"}")
                .json()
                .path("Id")
                .asString();
        Answer start = engine.post("/containers/" + name + "/start");
        assertThat(start.status()).isEqualTo(500);
        assertThat(start.message()).isEqualTo("unable to find user nobody-knows: no matching entries in passwd file");
        assertThat(Files.readString(java.nio.file.Path.of("/proc/self/mountinfo")))
                .doesNotContain(id);
        try (Stream<java.nio.file.Path> groups = Files.walk(java.nio.file.Path.of("/sys/fs/cgroup"), 6)) {
            assertThat(groups.filter(path -> path.getFileName().toString().equals(id)))
                    .isEmpty();
        }
        assertThat(engine.get("/containers/" + name + "/json")
                        .json()
                        .at("/State/Status")
                        .asString())
                .isEqualTo("created");
    }

    @Test
    void missingCommandsAnswer400WithTheReason() throws Exception {
        engine.post("/containers/create?name=" + name, "{\"Image\":\"lighter/host\",\"Cmd\":[\"no-such\"]}");
        for (int i = 0; i < 5; i++) {
            Answer start = engine.post("/containers/" + name + "/start");
            assertThat(start.status()).isEqualTo(400);
            assertThat(start.message()).contains("exec: \"no-such\": executable file not found in $PATH");
        }
        assertThat(engine.get("/containers/" + name + "/json")
                        .json()
                        .at("/State/ExitCode")
                        .asInt())
                .isEqualTo(127);
    }

    @Test
    void logsNeedAStream() throws Exception {
        create("true");
        Answer answer = engine.get("/containers/" + name + "/logs");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("Bad parameters: you must choose at least one stream");
    }

    @Test
    void logsAreFramedAndChosenByStream() throws Exception {
        create("echo out; echo err >&2");
        engine.post("/containers/" + name + "/start");
        engine.post("/containers/" + name + "/wait");
        Answer both = engine.get("/containers/" + name + "/logs?stdout=1&stderr=1");
        assertThat(both.headers()).containsEntry("content-type", "application/vnd.docker.multiplexed-stream");
        assertThat(unframed(both.body(), 1)).isEqualTo("out\n");
        assertThat(unframed(both.body(), 2)).isEqualTo("err\n");
        Answer errors = engine.get("/v1.41/containers/" + name + "/logs?stderr=true&stdout=false");
        assertThat(errors.headers()).containsEntry("content-type", "application/vnd.docker.raw-stream");
        assertThat(unframed(errors.body(), 1)).isEmpty();
        assertThat(unframed(errors.body(), 2)).isEqualTo("err\n");
    }

    @Test
    void attachWithUpgradeCarriesInputWithHalfClose() throws Exception {
        engine.post(
                "/containers/create?name=" + name,
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"cat\"],\"OpenStdin\":true,\"StdinOnce\":true,"
                        + "\"AttachStdin\":true,\"AttachStdout\":true}");
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.send(
                    "POST",
                    "/containers/" + name + "/attach?stream=1&stdin=1&stdout=1&stderr=1",
                    Map.of("Connection", "Upgrade", "Upgrade", "tcp"),
                    new byte[0]);
            Answer head = http.receiveHead();
            assertThat(head.status()).isEqualTo(101);
            assertThat(head.headers()).containsEntry("upgrade", "tcp");
            engine.post("/containers/" + name + "/start");
            http.output().write("ping\n".getBytes(StandardCharsets.UTF_8));
            http.endOutput();
            assertThat(unframed(http.input().readAllBytes(), 1)).isEqualTo("ping\n");
        }
        assertThat(engine.post("/containers/" + name + "/wait")
                        .json()
                        .path("StatusCode")
                        .asInt())
                .isZero();
    }

    @Test
    void attachWithoutUpgradeStreamsOutputAndReplays() throws Exception {
        create("echo early; sleep 0.5; echo late");
        engine.post("/containers/" + name + "/start");
        Answer answer = engine.post("/containers/" + name + "/attach?logs=1&stream=1&stdout=1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(unframed(answer.body(), 1)).isEqualTo("early\nlate\n");
    }

    @Test
    void waitAnswersHeadersAtOnceAndTheCodeLater() throws Exception {
        create("sleep 0.2; exit 6");
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.send("POST", "/containers/" + name + "/wait?condition=next-exit", Map.of(), new byte[0]);
            assertThat(http.receiveHead().status()).isEqualTo(200);
            engine.post("/containers/" + name + "/start");
            assertThat(new String(http.chunk(), StandardCharsets.UTF_8)).isEqualTo("{\"StatusCode\":6}");
        }
        Answer removed;
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.send("POST", "/containers/" + name + "/wait?condition=removed", Map.of(), new byte[0]);
            http.receiveHead();
            removed = engine.delete("/containers/" + name);
            assertThat(new String(http.chunk(), StandardCharsets.UTF_8)).isEqualTo("{\"StatusCode\":6}");
        }
        assertThat(removed.status()).isEqualTo(204);
        assertThat(engine.post("/containers/" + name + "/wait").status()).isEqualTo(404);
        assertThat(engine.post("/containers/x/wait?condition=sometime").status())
                .isEqualTo(400);
    }

    @Test
    void listFiltersAreCheckedAndApplied() throws Exception {
        create("exit 3");
        engine.post("/containers/" + name + "/start");
        engine.post("/containers/" + name + "/wait");
        assertThat(list("{\"name\":[\"" + name + "\"],\"exited\":[\"3\"]}").size())
                .isEqualTo(1);
        assertThat(list("{\"name\":[\"" + name + "\"],\"exited\":[\"4\"]}").size())
                .isZero();
        assertThat(list("{\"name\":{\"" + name + "\":true},\"status\":{\"exited\":true}}")
                        .size())
                .isEqualTo(1);
        assertThat(engine.get("/containers/json?filters=" + encode("{\"nonsense\":[\"x\"]}"))
                        .status())
                .isEqualTo(400);
        assertThat(engine.get("/containers/json?filters=" + encode("not json")).status())
                .isEqualTo(400);
        assertThat(engine.get("/containers/json?filters=" + encode("{\"status\":[\"flying\"]}"))
                        .message())
                .isEqualTo("invalid filter 'status=flying'");
        assertThat(engine.get("/containers/json?limit=many").status()).isEqualTo(400);
    }

    private tools.jackson.databind.JsonNode list(String filters) throws IOException {
        return engine.get("/containers/json?all=1&filters=" + encode(filters)).json();
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
