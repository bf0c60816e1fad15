package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.RegistryManifest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents of registries, good and bad. */
class RemoteContentTest {
    private static final String D = "\"digest\":\"sha256:" + "a".repeat(64) + "\"";
    private static final String CONFIG =
            "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":7," + D + "}";
    private static final String LAYER =
            "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"size\":7," + D + "}";
    private static final String IMAGE = "{\"schemaVersion\":2," + CONFIG + ",\"layers\":[" + LAYER + "]}";
    private static final String INDEX = "{\"schemaVersion\":2,\"manifests\":[{\"size\":7," + D
            + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}}]}";

    private static RemoteContent read(String json, String type, String announced) {
        return RemoteContent.read(
                new RegistryManifest(json.getBytes(StandardCharsets.UTF_8), type, announced), null, "app:1");
    }

    @Test
    void imagesAndIndexesAreTold() {
        assertThat(read(IMAGE, "", "")).isInstanceOf(RemoteContent.Image.class);
        assertThat(read(INDEX, "", "")).isInstanceOf(RemoteContent.Index.class);
        assertThat(read(IMAGE, "application/vnd.docker.distribution.manifest.v2+json", "")
                        .self()
                        .mediaType())
                .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no|is not JSON",
                "[1]|no JSON object",
                "{}|no image",
                "{\"manifests\":[],CONFIG,\"layers\":[]}|an index and an image at once",
                "{\"schemaVersion\":1,\"fsLayers\":[]}|schema version 1",
                "{\"manifests\":7}|no list",
                "{CONFIG}|no config or no layers",
                "{\"layers\":[]}|no config or no layers",
                "{CONFIG,\"layers\":[{\"size\":7}]}|no sha256 digest",
                "{CONFIG,\"layers\":[{D}]}|how large",
                "{CONFIG,\"layers\":[{D,\"size\":-1}]}|how large",
                "{CONFIG,\"layers\":[{D,\"size\":1.5}]}|how large",
                "{CONFIG,\"layers\":[{D,\"size\":99999999999999999999}]}|how large",
                "{CONFIG,\"layers\":[{D,\"size\":9000000000000000000}]}|at most",
                "{\"config\":{D,\"size\":1073741824},\"layers\":[]}|at most 4194304",
                "{CONFIG,\"layers\":[{D,\"size\":7,\"urls\":[\"http://x\"]}]}|foreign layer",
                "{CONFIG,\"layers\":[{D,\"size\":7,\"mediaType\":\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\"}]}"
                        + "|foreign layer",
                "{CONFIG,\"layers\":[{D,\"size\":7,\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip+encrypted\"}]}"
                        + "|encrypted",
                "{CONFIG,\"layers\":[{D,\"size\":7,\"mediaType\":\"application/vnd.wasm\"}]}|no image but an artifact of the"
                        + " type application/vnd.wasm",
                "{\"config\":{D,\"size\":7,\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\"},\"layers\":[]}|no image but",
                "{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\",\"artifactType\":\"x/y\",\"blobs\":[]}"
                        + "|artifact of the type x/y",
                "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",CONFIG,\"layers\":[]}|no image but"
            })
    void whatIsNoImageIsRefused(String json, String reason) {
        assertThatThrownBy(() -> read(
                        json.replace("CONFIG", CONFIG).replace("D,", D + ",").replace("{D}", "{" + D + "}"), "", ""))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aTypeThatContradictsTheDocumentIsRefused() {
        String typed =
                IMAGE.replace("{\"schemaVersion\":2", "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"");
        assertThatThrownBy(() -> read(typed, "application/vnd.oci.image.index.v1+json", ""))
                .hasMessageContaining("the registry says application/vnd.oci.image.index.v1+json");
    }

    @Test
    void aDigestThatContradictsTheBytesIsRefused() {
        assertThatThrownBy(() -> read(IMAGE, "", "sha256:" + "b".repeat(64))).hasMessageContaining("the registry says");
        assertThatThrownBy(() -> RemoteContent.read(
                        new RegistryManifest(IMAGE.getBytes(StandardCharsets.UTF_8), "", ""),
                        "sha256:" + "b".repeat(64),
                        "app:1"))
                .hasMessageContaining("instead of");
    }

    @Test
    void manyLayersAndManyEntriesAreRefused() {
        String layers = LAYER + ("," + LAYER).repeat(ImageConfigFile.MOST_LAYERS);
        assertThatThrownBy(() -> read("{" + CONFIG + ",\"layers\":[" + layers + "]}", "", ""))
                .hasMessageContaining("more than " + ImageConfigFile.MOST_LAYERS);
        String entries = "{\"size\":1," + D + "}" + (",{\"size\":1," + D + "}").repeat(1000);
        assertThatThrownBy(() -> read("{\"manifests\":[" + entries + "]}", "", ""))
                .hasMessageContaining("at most 1000");
    }

    /** Whatever is broken in a document, it is read or refused with a sentence, and nothing else happens. */
    @Test
    void brokenDocumentsAreReadOrRefused() {
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = (i % 2 == 0 ? IMAGE : INDEX).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : "{}[],:\"0".charAt(random.nextInt(8)));
            }
            try {
                assertThat(RemoteContent.read(new RegistryManifest(bytes, "", ""), null, "app:1")
                                .bytes())
                        .isEqualTo(bytes);
            } catch (EngineException e) {
                refused++;
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }
}
