package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Removing containers that do not run, by the docker command line. Only those of this test: others share the engine. */
@ExtendWith(EngineExtension.class)
class PruneClientIT {
    private final Engine engine;
    private final String mark = "prune-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> made = new ArrayList<>();

    PruneClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        for (String name : made) {
            engine.delete("/containers/" + name + "?force=1");
        }
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private String make(String verb, String suffix, String... command) throws Exception {
        String name = mark + "-" + suffix;
        made.add(name);
        List<String> arguments = new ArrayList<>(
                List.of(verb, "--name", name, "--label", "mark=" + mark, "--label", "kind=" + suffix, "lighter/host"));
        if (verb.equals("run") && command[0].equals("sleep")) {
            arguments.add(1, "-d");
        }
        arguments.addAll(List.of(command));
        docker(arguments.toArray(String[]::new));
        return docker("inspect", "-f", "{{.Id}}", name);
    }

    private String left() throws Exception {
        return docker("ps", "-a", "--filter", "label=mark=" + mark, "--format", "{{.Label \"kind\"}}")
                .replace('\n', ' ');
    }

    private String prune(String... filters) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("container", "prune", "-f", "--filter", "label=mark=" + mark));
        for (String filter : filters) {
            arguments.addAll(List.of("--filter", filter));
        }
        return docker(arguments.toArray(String[]::new));
    }

    @Test
    void whatDoesNotRunGoesWithWhatItWrote() throws Exception {
        make("run", "up", "sleep", "1000");
        make("run", "paused", "sleep", "1000");
        docker("pause", mark + "-paused");
        String ended = make("run", "ended", "sh", "-c", "head -c 2000000 /dev/zero > /big");
        String created = make("create", "created", "true");
        assertThat(prune()).contains(ended).contains(created).containsPattern("Total reclaimed space: 2(\\.\\d+)?MB");
        assertThat(left()).isEqualTo("paused up");
        assertThat(prune()).isEqualTo("Total reclaimed space: 0B");
    }

    @Test
    void labelsChoose() throws Exception {
        make("create", "one", "true");
        make("create", "two", "true");
        make("create", "three", "true");
        prune("label=kind=two");
        assertThat(left()).isEqualTo("three one");
        prune("label!=kind=one");
        assertThat(left()).isEqualTo("one");
    }

    @Test
    void agesChoose() throws Exception {
        make("create", "old", "true");
        prune("until=1h");
        assertThat(left()).isEqualTo("old");
        prune("until=2000-01-01");
        assertThat(left()).isEqualTo("old");
        prune("until=2100-01-01T00:00:00");
        assertThat(left()).isEmpty();
    }

    @Test
    void theAnswerIsDockers() throws Exception {
        String id = make("create", "one", "true");
        String filters = URLEncoder.encode("{\"label\":{\"mark=" + mark + "\":true}}", StandardCharsets.UTF_8);
        JsonNode first =
                engine.post("/v1.44/containers/prune?filters=" + filters).json();
        assertThat(first.path("ContainersDeleted").get(0).asString()).isEqualTo(id);
        assertThat(first.path("SpaceReclaimed").isIntegralNumber()).isTrue();
        assertThat(engine.post("/containers/prune?filters=" + filters).text())
                .isEqualTo("{\"ContainersDeleted\":null,\"SpaceReclaimed\":0}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"colour\":[\"red\"]}",
                "{\"until\":[\"1h\",\"2h\"]}",
                "{\"until\":[\"soon\"]}",
                "[]",
                "{\"label\":5}"
            })
    void badFiltersRemoveNothing(String filters) throws Exception {
        make("create", "one", "true");
        Answer answer = engine.post("/containers/prune?filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(left()).isEqualTo("one");
    }
}
