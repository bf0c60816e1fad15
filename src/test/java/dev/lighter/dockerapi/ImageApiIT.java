package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.SocketHttp;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's paths for images: status codes, messages, streams, as clients see them on the wire. */
@ExtendWith(EngineExtension.class)
class ImageApiIT {
    private final Engine engine;
    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final String name = "registry.example.com:5000/team/" + unique;
    private final TestImage image =
            TestImage.of(new TarBytes().file("a", unique)).labelled("unique", unique);

    ImageApiIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void removeTheImage() throws Exception {
        engine.delete("/images/" + image.id() + "?force=1");
    }

    private Answer load(byte[] archive, String query, Map<String, String> headers) throws IOException {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.send("POST", "/images/load" + query, headers, archive);
            return http.receive("POST");
        }
    }

    private void load() throws IOException {
        Answer answer = load(image.dockerArchive(name + ":1"), "?quiet=1", Map.of("Content-Type", "application/x-tar"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"stream\":\"Loaded image: " + name + ":1\\n\"}\r\n");
    }

    private List<String> listed(String filters) throws Exception {
        Answer answer = engine.get("/images/json?filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json()
                .valueStream()
                .map(one -> one.path("Id").asString())
                .filter(image.id()::equals)
                .toList();
    }

    @Test
    void aLoadedImageIsListedAndInspected() throws Exception {
        load();

        Answer inspect = engine.get("/v1.51/images/" + name + ":1/json");
        assertThat(inspect.status()).as(inspect.text()).isEqualTo(200);
        assertThat(inspect.json().path("Id").asString()).isEqualTo(image.id());
        assertThat(inspect.json().path("RepoTags").get(0).asString()).isEqualTo(name + ":1");
        assertThat(inspect.json().path("Config").path("Labels").path("unique").asString())
                .isEqualTo(unique);
        assertThat(inspect.json().path("RootFS").path("Layers").size()).isOne();
        assertThat(inspect.json().path("Created").asString()).isEqualTo("2020-01-02T03:04:05.678Z");
        assertThat(engine.get("/images/" + image.id().substring(7, 19) + "/json")
                        .status())
                .isEqualTo(200);
        assertThat(engine.get("/images/" + name.replace("/", "%2F") + ":1/json").status())
                .isEqualTo(200);

        assertThat(listed("{\"reference\":[\"" + name + "\"]}")).hasSize(1);
        assertThat(listed("{\"reference\":{\"registry*/team/*:1\":true}}")).hasSize(1);
        assertThat(listed("{\"reference\":[\"*\"]}")).isEmpty();
        assertThat(listed("{\"label\":[\"unique=" + unique + "\"]}")).hasSize(1);
        assertThat(listed("{\"label\":[\"unique=other\"]}")).isEmpty();
        assertThat(listed("{\"dangling\":[\"true\"]}")).isEmpty();
        assertThat(listed("{\"since\":[\"" + image.id() + "\"]}")).isEmpty();
        assertThat(listed("{\"before\":[\"" + image.id() + "\"]}")).isEmpty();
    }

    @Test
    void anArchiveIsNotTakenForAForm() throws Exception {
        Answer answer =
                load(image.ociArchive("+gzip", ""), "", Map.of("Content-Type", "application/x-www-form-urlencoded"));

        assertThat(answer.text()).contains("\"status\":\"Loading layer\"").contains("Loaded image ID: " + image.id());
        assertThat(listed("{\"dangling\":[\"true\"]}")).hasSize(1);
        assertThat(engine.get("/v1.42/images/json").text()).contains("\"<none>:<none>\"");
    }

    @Test
    void aBrokenArchiveEndsTheStreamWithAnError() throws Exception {
        byte[] whole = image.dockerArchive(name);
        for (byte[] archive : List.of(new byte[0], Arrays.copyOf(whole, 700), new byte[5000])) {
            Answer answer = load(archive, "?quiet=1", Map.of("Content-Type", "application/x-tar"));
            assertThat(answer.json().path("errorDetail").path("message").asString())
                    .isNotBlank()
                    .isEqualTo(answer.json().path("error").asString());
        }
        assertThat(engine.get("/images/" + name + "/json").status()).isEqualTo(404);
    }

    @Test
    void namesAreGivenAndTakenAway() throws Exception {
        load();

        assertThat(engine.post("/images/" + name + ":1/tag?repo=" + unique + "/other&tag=2")
                        .status())
                .isEqualTo(201);
        Answer untagged = engine.delete("/images/" + name + ":1");
        assertThat(untagged.text()).isEqualTo("[{\"Untagged\":\"" + name + ":1\"}]");
        Answer deleted = engine.delete("/images/" + unique + "/other:2");
        assertThat(deleted.text())
                .startsWith("[{\"Untagged\":\"" + unique + "/other:2\"},{\"Deleted\":\"" + image.id() + "\"}");
        assertThat(engine.get("/images/" + image.id() + "/json").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "Upper, '', must be lowercase",
        "a, -x, invalid reference format",
        "'', '', invalid reference format",
        "a..b, '', invalid reference format"
    })
    void wrongNamesAreRefused(String repository, String tag, String words) throws Exception {
        load();

        Answer answer = engine.post("/images/" + name + ":1/tag?repo=" + repository + "&tag=" + tag);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(words);
    }

    @Test
    void usedImagesAreKept() throws Exception {
        Answer created = engine.post(
                "/containers/create?name=uses-" + unique, "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"60\"]}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        try {
            String id =
                    engine.get("/images/lighter/host/json").json().path("Id").asString();
            Answer byName = engine.delete("/images/lighter/host");
            assertThat(byName.status()).isEqualTo(409);
            assertThat(byName.message())
                    .startsWith("conflict: unable to remove repository reference \"lighter/host\" (must force)"
                            + " - container ");
            Answer byId = engine.delete("/images/" + id);
            assertThat(byId.status()).isEqualTo(409);
            assertThat(byId.message()).contains("(must be forced) - image is being used by stopped container ");
            engine.post("/containers/uses-" + unique + "/start");
            Answer running = engine.delete("/images/" + id + "?force=1");
            assertThat(running.status()).isEqualTo(409);
            assertThat(running.message()).contains("(cannot be forced) - image is being used by running container ");
        } finally {
            engine.delete("/containers/uses-" + unique + "?force=1");
        }
    }

    @Test
    void anImageRemovedByForceGoesWithItsLastContainer() throws Exception {
        load();
        String container = "last-" + unique;
        engine.post("/containers/create?name=" + container, "{\"Image\":\"" + name + ":1\",\"Cmd\":[\"/a\"]}");

        assertThat(engine.delete("/images/" + name + ":1?force=1").text()).contains("\"Deleted\":\"" + image.id());
        assertThat(engine.get("/images/" + image.id() + "/json").status()).isEqualTo(404);
        assertThat(engine.get("/containers/" + container + "/json").status()).isEqualTo(200);
        assertThat(engine.delete("/containers/" + container).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch", "no/such/image:1", "registry.example.com/no:such"})
    void unknownImagesAreNotFound(String unknown) throws Exception {
        String told = "No such image: " + (unknown.contains(":") ? unknown : unknown + ":latest");
        for (Answer answer : List.of(
                engine.get("/images/" + unknown + "/json"),
                engine.delete("/images/" + unknown),
                engine.post("/images/" + unknown + "/tag?repo=a"))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.message()).isEqualTo(told);
        }
    }

    @Test
    void whatIsNotServedIsSaid() throws Exception {
        assertThat(engine.get("/images/lighter/host/nothing").status()).isEqualTo(404);
        assertThat(engine.get("/images/json?filters=%7B%22x%22%3A%5B%22y%22%5D%7D")
                        .status())
                .isEqualTo(400);
        assertThat(engine.get("/images/json?filters=%7B%22dangling%22%3A%5B%22y%22%5D%7D")
                        .status())
                .isEqualTo(400);
        Answer pull = engine.post("/images/create?fromImage=127.0.0.1:1/nginx&tag=latest");
        assertThat(pull.status()).isEqualTo(503);
        assertThat(pull.message()).contains("127.0.0.1:1").contains("connection refused");
        assertThat(engine.post("/images/create?fromImage=lighter/host&tag=latest")
                        .status())
                .isEqualTo(200);
    }
}
