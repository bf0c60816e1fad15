package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes under /api: renamed, copied, measured, pruned with a look ahead. */
@ExtendWith(EngineExtension.class)
class VolumesApiIT {
    private final Engine engine;
    private final String name = "volume-" + UUID.randomUUID().toString().substring(0, 8);
    private final String other = name + "-other";

    VolumesApiIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1&v=1");
        engine.delete("/volumes/" + name + "?force=1");
        engine.delete("/volumes/" + other + "?force=1");
    }

    private Answer create() throws Exception {
        return engine.post("/api/volumes", "{\"name\":\"" + name + "\",\"labels\":{\"color\":\"blue\"}}");
    }

    private void write(String volume, String script) throws Exception {
        engine.dockerOutput(
                "run", "--rm", "--network", "none", "-v", volume + ":/v", "lighter/host", "sh", "-c", script);
    }

    private String read(String volume, String script) throws Exception {
        return engine.dockerOutput(
                "run", "--rm", "--network", "none", "-v", volume + ":/v", "lighter/host", "sh", "-c", script);
    }

    @Test
    void createAnswersWithAllOfIt() throws Exception {
        Answer created = create();
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers().get("location")).isEqualTo("/api/volumes/" + name);
        assertThat(created.json().path("labels").path("color").asString()).isEqualTo("blue");
        Answer shown = engine.get("/api/volumes/" + name);
        assertThat(shown.json()).isEqualTo(created.json());
        assertThat(engine.get("/api/volumes/" + created.json().path("id").asString())
                        .json())
                .isEqualTo(created.json());
    }

    @Test
    void aRenamedVolumeStaysWithItsContainers() throws Exception {
        create();
        engine.dockerOutput("create", "--name", name, "-v", name + ":/v", "lighter/host", "touch", "/v/by-container");
        Answer renamed = engine.post("/api/volumes/" + name + "/rename", "{\"name\":\"" + other + "\"}");
        assertThat(renamed.json().path("name").asString()).isEqualTo(other);
        assertThat(renamed.json().path("users").get(0).path("name").asString()).isEqualTo(name);
        assertThat(engine.get("/api/volumes/" + name).status()).isEqualTo(404);
        engine.dockerOutput("start", "-a", name);
        assertThat(read(other, "ls /v")).isEqualTo("by-container");
        assertThat(engine.dockerOutput("inspect", "-f", "{{(index .Mounts 0).Name}}", name))
                .isEqualTo(other);
        engine.restart();
        assertThat(engine.get("/api/volumes/" + other).status()).isEqualTo(200);
    }

    @Test
    void aCopyIsTheSameAndItsOwn() throws Exception {
        create();
        write(
                name,
                "mkdir -m 750 /v/d; echo one > /v/d/f; ln /v/d/f /v/hard; ln -s d/f /v/soft; chown 7:8 /v/d/f;"
                        + " truncate -s 10M /v/holes; mkfifo /v/pipe; touch -d @1000000 /v/d");
        String listing =
                "cd /v; find . | sort | while read f; do stat -c '%n %a %u %g %F %s %h' $f; done; readlink soft;"
                        + " cat hard; stat -c %Y d";
        Answer copied = engine.post("/api/volumes/" + name + "/clone", "{\"name\":\"" + other + "\"}");
        assertThat(copied.status()).isEqualTo(201);
        assertThat(copied.json().path("labels").path("color").asString()).isEqualTo("blue");
        assertThat(read(other, listing)).isEqualTo(read(name, listing)).contains("./hard 644 7 8 regular file 4 2");
        assertThat(read(other, "du -k /v/holes | cut -f1")).isEqualTo("0");
        write(other, "echo two > /v/d/f");
        assertThat(read(name, "cat /v/hard")).isEqualTo("one");
        assertThat(engine.post("/api/volumes/" + name + "/clone", "{\"name\":\"" + other + "\"}")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void sizeIsThatOfTheFiles() throws Exception {
        create();
        write(name, "head -c 5000 /dev/zero > /v/a; ln /v/a /v/b; mkdir /v/d; head -c 70 /dev/zero > /v/d/c");
        assertThat(engine.get("/api/volumes/" + name + "/size")
                        .json()
                        .path("bytes")
                        .asLong())
                .isEqualTo(5070);
    }

    @Test
    void pruneTellsBeforeItTakes() throws Exception {
        create();
        write(name, "head -c 300 /dev/zero > /v/a");
        Answer preview = engine.post("/api/volumes/prune?all=true&preview=true");
        assertThat(preview.json().path("volumes").toString()).contains(name);
        assertThat(preview.json().path("bytes").asLong()).isEqualTo(300);
        assertThat(engine.post("/api/volumes/prune").json().path("volumes").toString())
                .doesNotContain(name);
        assertThat(engine.get("/api/volumes/" + name).status()).isEqualTo(200);
        assertThat(engine.post("/api/volumes/prune?all=true")
                        .json()
                        .path("volumes")
                        .toString())
                .contains(name);
        assertThat(engine.get("/api/volumes/" + name).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"a/b\"} | 400 | invalid characters",
                "{\"name\":5} | 400 | name",
                "{\"options\":{\"color\":\"x\"}} | 400 | invalid option",
                "{\"labels\":{\"a\":null}} | 400 | labels",
            })
    void whatMakesNoSenseIsAProblemInWords(String body, int status, String words) throws Exception {
        Answer answer = engine.post("/api/volumes", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.text()).contains(words);
    }

    @Test
    void aVolumeThatIsUsedOrMissingIsAProblem() throws Exception {
        create();
        engine.dockerOutput("create", "--name", name, "-v", name + ":/v", "lighter/host", "true");
        assertThat(engine.delete("/api/volumes/" + name).status()).isEqualTo(409);
        assertThat(engine.delete("/api/volumes/" + other).status()).isEqualTo(404);
        assertThat(engine.post("/api/volumes/" + name + "/rename", "{}").status())
                .isEqualTo(400);
        assertThat(engine.post("/api/volumes/" + name + "/rename", "{\"name\":\"x\"}")
                        .status())
                .isEqualTo(400);
    }
}
