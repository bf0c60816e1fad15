package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events as they happen and as they are kept, by the docker command line and on the wire, across engines. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EventsClientIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NAME = "told";
    private static Engine engine;
    private static String id = "";

    /** One short life, which the tests look back at. */
    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start("--lighter.events.kept=60");
        docker("network", "create", "told-net");
        docker("create", "--name", NAME, "--label", "colour=green", "--network", "told-net", "lighter/host", "sh", "-c", "exit 3");
        id = docker("inspect", "-f", "{{.Id}}", NAME);
        docker("start", NAME);
        docker("wait", NAME);
        docker("rename", NAME, "told-again");
        docker("rename", "told-again", NAME);
        docker("run", "--name", "other", "lighter/host", "true");
        docker("rm", "other");
        docker("container", "prune", "-f", "--filter", "label=none-has-this");
    }

    @AfterAll
    static void end() throws Exception {
        engine.close();
    }

    private static String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private static String now() {
        Instant now = Instant.now();
        return now.getEpochSecond() + "." + String.format(Locale.ROOT, "%09d", now.getNano());
    }

    private static List<JsonNode> past(String filters) throws Exception {
        return engine
                .get("/events?since=0&until=" + now() + "&filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8))
                .text()
                .lines()
                .map(line -> (JsonNode) JSON.readTree(line))
                .toList();
    }

    private static List<String> actions(String filters) throws Exception {
        return past(filters).stream()
                .map(event -> event.path("Action").asString())
                .toList();
    }

    @Test
    void aLifeIsToldInOrder() throws Exception {
        assertThat(actions("{\"container\":[\"" + id + "\"]}"))
                .startsWith("create", "start", "die", "rename", "rename");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"container\":[\"told\"],\"event\":[\"die\"]}|die",
                "{\"type\":[\"network\"],\"network\":[\"told-net\"],\"event\":[\"create\"]}|create",
                "{\"label\":[\"colour=green\"],\"event\":[\"start\"]}|start",
                "{\"label\":[\"colour=red\"]}|",
                "{\"label\":[\"colour\"],\"event\":[\"create\",\"start\"]}|create,start",
                "{\"event\":[\"prune\"],\"type\":[\"container\"]}|prune",
                "{\"container\":[\"other\"],\"event\":[\"destroy\"]}|destroy",
                "{\"image\":[\"lighter/host\"],\"container\":[\"told\"],\"event\":[\"start\"]}|start",
                "{\"image\":[\"lighter/host:latest\"],\"container\":[\"told\"],\"event\":[\"start\"]}|start",
                "{\"image\":[\"no-such-image\"]}|",
                "{\"scope\":[\"swarm\"]}|",
                "{\"scope\":[\"local\"],\"container\":[\"told\"],\"event\":[\"die\"]}|die",
                "{\"daemon\":[\"any\"]}|",
                "{\"volume\":[\"any\"]}|",
                "{\"type\":{\"network\":true},\"event\":{\"create\":true},\"network\":{\"told-net\":true}}|create"
            })
    void filtersChoose(String filters, String wanted) throws Exception {
        assertThat(actions(filters)).isEqualTo(wanted == null ? List.of() : List.of(wanted.split(",")));
    }

    @Test
    void theEndCarriesItsCodeAndTheLabels() throws Exception {
        JsonNode die = past("{\"container\":[\"told\"],\"event\":[\"die\"]}").get(0);
        assertThat(die.path("Actor").path("Attributes").path("exitCode").asString())
                .isEqualTo("3");
        assertThat(die.path("Actor").path("Attributes").path("colour").asString())
                .isEqualTo("green");
        assertThat(die.path("status").asString()).isEqualTo("die");
        assertThat(die.path("from").asString()).isEqualTo("lighter/host");
        assertThat(die.path("timeNano").asLong() / 1_000_000_000L)
                .isEqualTo(die.path("time").asLong());
    }

    @Test
    void aPruneTellsHowMuchItGained() throws Exception {
        JsonNode prune = past("{\"event\":[\"prune\"]}").get(0);
        assertThat(prune.path("Actor").path("Attributes").path("reclaimed").asString())
                .isEqualTo("0");
        assertThat(prune.path("Actor").path("ID").asString()).isEmpty();
    }

    @Test
    void theTimesBoundWhatIsTold() throws Exception {
        List<JsonNode> all = past("{\"container\":[\"told\"]}");
        long start = all.get(1).path("timeNano").asLong();
        String at = start / 1_000_000_000L + "." + String.format(Locale.ROOT, "%09d", start % 1_000_000_000L);
        String chosen = "&filters=" + URLEncoder.encode("{\"container\":[\"told\"]}", StandardCharsets.UTF_8);
        assertThat(engine.get("/events?since=" + at + "&until=" + at + chosen).text().lines())
                .hasSize(1)
                .allMatch(line -> line.contains("\"Action\":\"start\""));
        assertThat(engine.get("/events?until=" + at + chosen).text().lines()).hasSize(2);
    }

    @Test
    void theCommandLineFormats() throws Exception {
        String told = docker(
                "events",
                "--since",
                "2020-01-01",
                "--until",
                now(),
                "--filter",
                "container=told",
                "--filter",
                "event=die",
                "--format",
                "{{.Type}} {{.Action}} {{.Actor.Attributes.exitCode}}");
        assertThat(told).isEqualTo("container die 3");
    }

    @Test
    void aFollowerHearsWhatHappensAndIsEndedAtItsTime() throws Exception {
        Process follower = engine.startDocker(
                "events",
                "--until",
                String.valueOf(Instant.now().getEpochSecond() + 4),
                "--filter",
                "event=tag",
                "--filter",
                "image=heard",
                "--format",
                "{{.Actor.Attributes.name}}");
        // The follower has connected when what is tagged from now on reaches it.
        for (int i = 0; i < 200 && !engine.printed(follower).contains("heard"); i++) {
            docker("tag", "lighter/host", "heard:1");
            Thread.sleep(20);
        }
        Engine.Run run = engine.finished(follower);
        assertThat(run.exitCode()).isZero();
        assertThat(run.output().lines()).isNotEmpty().allMatch("heard:1"::equals);
        docker("rmi", "heard:1");
    }

    @Test
    void badParametersAreRefused() throws Exception {
        assertThat(engine.get("/events?since=200&until=100"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.text())
                        .contains("`since` time (200) cannot be after `until` time (100)"));
        for (String bad : List.of("since=yesterday", "until=1.2.3", "filters=%7B", "filters=%7B%22color%22:%5B%5D%7D")) {
            Answer answer = engine.get("/events?" + bad);
            assertThat(answer.status()).as(bad + ": " + answer.text()).isEqualTo(400);
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void theHistorySurvivesEnginesAndIsBounded() throws Exception {
        docker("tag", "lighter/host", "before-stop:1");
        engine.stop();
        engine.launch();
        engine.awaitAnswer();
        assertThat(actions("{\"image\":[\"before-stop\"]}")).isEqualTo(List.of("tag"));
        assertThat(actions("{\"container\":[\"told\"]}")).startsWith("create", "start", "die", "rename", "rename");
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.send("GET", "/api/events?type=container&since=2020-01-01T00:00:00Z", Map.of(), new byte[0]);
            assertThat(http.receiveHead().status()).isEqualTo(200);
            StringBuilder heard = new StringBuilder();
            while (!heard.toString().contains("\"action\":\"die\"")) {
                heard.append(new String(http.chunk(), StandardCharsets.UTF_8));
            }
            assertThat(heard.indexOf("\"create\"")).isPositive().isLessThan(heard.indexOf("\"die\""));
        }
        for (int i = 0; i < 70; i++) {
            assertThat(engine.post("/images/lighter%2Fhost/tag?repo=many&tag=" + i).status())
                    .isEqualTo(201);
        }
        assertThat(names(past("{}"))).hasSize(60).startsWith("many:10").endsWith("many:69");
        // What is kept is written within half a second, and nothing tells when.
        Thread.sleep(1500);
        engine.restart();
        docker("tag", "lighter/host", "after:1");
        List<String> told = names(past("{\"event\":[\"tag\"]}"));
        assertThat(told).contains("many:69").endsWith("after:1").hasSizeLessThanOrEqualTo(60);
    }

    private static List<String> names(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("Actor").path("Attributes").path("name").asString())
                .toList();
    }
}
