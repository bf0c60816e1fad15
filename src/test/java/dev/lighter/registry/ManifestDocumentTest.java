package dev.lighter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestDocumentTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final String DESCRIPTOR = "{\"mediaType\":\"text/plain\",\"digest\":\"" + DIGEST + "\",\"size\":7}";
    private static final String MANIFEST = "{\"schemaVersion\":2,\"config\":" + DESCRIPTOR + ",\"layers\":["
            + DESCRIPTOR + "],\"subject\":" + DESCRIPTOR + ",\"annotations\":{\"a\":\"b\"}}";

    private static ManifestDocument parse(String text, String type) {
        return ManifestDocument.parse(text.getBytes(StandardCharsets.UTF_8), type);
    }

    @Test
    void aManifestNamesItsBlobsAndWhatItIsAbout() {
        ManifestDocument manifest = parse(MANIFEST, ManifestTypes.OCI_MANIFEST);
        assertThat(manifest.layers()).hasSize(1);
        assertThat(manifest.subject()).isEqualTo(DIGEST);
        assertThat(manifest.artifactType()).isEqualTo("text/plain");
        assertThat(manifest.annotations()).containsEntry("a", "b");
        assertThat(manifest.isImage()).isFalse();
    }

    @Test
    void aDocumentWithoutATypeIsOneOfTheImageSpecification() {
        assertThat(parse(MANIFEST, "").mediaType()).isEqualTo(ManifestTypes.OCI_MANIFEST);
        assertThat(parse("{\"schemaVersion\":2,\"manifests\":[" + DESCRIPTOR + "]}", "")
                        .members())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"size\":7|\"size\":-7",
                "\"size\":7|\"size\":\"7\"",
                "sha256:|sha512:",
                "\"a\":\"b\"|\"a\":1",
                "\"layers\":[|\"manifests\":[],\"layers\":[",
                "\"schemaVersion\":2|\"schemaVersion\":1",
                "\"schemaVersion\":2|\"schemaVersion\":2,\"mediaType\":\"text/plain\"",
                "\"schemaVersion\":2|\"schemaVersion\":2,\"artifactType\":5"
            })
    void whatIsWrongIsRefused(String right, String wrong) {
        assertThatThrownBy(() -> parse(MANIFEST.replace(right, wrong), ManifestTypes.OCI_MANIFEST))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(RegistryError.MANIFEST_INVALID));
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(7);
        byte[] valid = MANIFEST.getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                ManifestDocument.parse(bytes, ManifestTypes.OCI_MANIFEST);
            } catch (RegistryException refusal) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
