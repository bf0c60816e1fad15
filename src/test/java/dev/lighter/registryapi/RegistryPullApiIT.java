package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulling, OCI distribution specification, pull: end-1, end-2, end-3. */
@ExtendWith(EngineExtension.class)
class RegistryPullApiIT {
    private static final String REPOSITORY = "v2/pull";
    /** Large enough that the kernel copies it to the socket. */
    private static final byte[] LARGE = new byte[300_000];

    static {
        for (int i = 0; i < LARGE.length; i++) {
            LARGE[i] = (byte) (i * 31 + i / 251);
        }
    }

    private final Engine engine;
    private final RawRegistry registry;
    private String blob = "";
    private String manifest = "";
    private byte[] manifestBytes = {};

    RegistryPullApiIT(Engine engine) {
        this.engine = engine;
        this.registry = new RawRegistry(engine);
    }

    @BeforeEach
    void push() {
        blob = registry.blob(REPOSITORY, LARGE);
        manifestBytes = RawRegistry.json(registry.artifact(REPOSITORY, "pulled"));
        manifest = registry.putDone(REPOSITORY, "one", RawRegistry.OCI, manifestBytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/", "/v2"})
    void theBaseTellsThatThereIsARegistry(String path) {
        Answer answer = registry.get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("docker-distribution-api-version", "registry/2.0");
    }

    @Test
    void blobsComeWithTheirDigestAndLength() {
        Answer answer = registry.get("/v2/" + REPOSITORY + "/blobs/" + blob);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("docker-content-digest", blob)
                .containsEntry("content-length", "300000")
                .containsEntry("content-type", "application/octet-stream");
        assertThat(answer.body()).isEqualTo(LARGE);
    }

    @Test
    void headOfABlobHasTheLengthAndNoBody() {
        Answer answer = registry.request("HEAD", "/v2/" + REPOSITORY + "/blobs/" + blob);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-length", "300000")
                .containsEntry("docker-content-digest", blob);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 0, 10",
        "bytes=100-299999, 100, 300000",
        "bytes=100000-, 100000, 300000",
        "bytes=-5, 299995, 300000",
        "bytes=299990-400000, 299990, 300000"
    })
    void partsOfBlobsAreSent(String range, int start, int end) {
        Answer answer = registry.get("/v2/" + REPOSITORY + "/blobs/" + blob, "Range", range);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.headers())
                .containsEntry("content-range", "bytes " + start + "-" + (end - 1) + "/300000")
                .containsEntry("content-length", Integer.toString(end - start));
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(LARGE, start, end));
    }

    @Test
    void aRangeBehindTheEndIsRefused() {
        Answer answer = registry.get("/v2/" + REPOSITORY + "/blobs/" + blob, "Range", "bytes=300000-");
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.headers()).containsEntry("content-range", "bytes */300000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,5-6", "lines=1-2", "bytes=9-3", "nonsense"})
    void rangesThatAreNotUnderstoodGiveTheWhole(String range) {
        Answer answer = registry.get("/v2/" + REPOSITORY + "/blobs/" + blob, "Range", range);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasSize(LARGE.length);
    }

    @Test
    void anEmptyBlobIsSent() {
        String empty = registry.blob(REPOSITORY, new byte[0]);
        Answer answer = registry.get("/v2/" + REPOSITORY + "/blobs/" + empty);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-length", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void unknownBlobsAreUnknown(String method) {
        Answer answer = registry.request(method, "/v2/" + REPOSITORY + "/blobs/" + RawRegistry.NOWHERE);
        assertThat(answer.status()).isEqualTo(404);
        if (method.equals("GET")) {
            assertThat(RawRegistry.code(answer)).isEqualTo("BLOB_UNKNOWN");
        }
    }

    @Test
    void aBlobOfAnotherRepositoryIsUnknown() {
        registry.blob("v2/other", RawRegistry.bytes("elsewhere"));
        Answer answer =
                registry.get("/v2/" + REPOSITORY + "/blobs/" + RawRegistry.digest(RawRegistry.bytes("elsewhere")));
        assertThat(RawRegistry.code(answer)).isEqualTo("BLOB_UNKNOWN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "latest"})
    void digestsThatAreNoneAreInvalid(String digest) {
        Answer answer = registry.get("/v2/" + REPOSITORY + "/blobs/" + digest);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("DIGEST_INVALID");
    }

    @Test
    void manifestsComeByTagAndByDigestAsTheyWerePushed() {
        for (String reference : new String[] {"one", manifest}) {
            Answer answer = registry.get("/v2/" + REPOSITORY + "/manifests/" + reference);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers())
                    .containsEntry("docker-content-digest", manifest)
                    .containsEntry("content-type", RawRegistry.OCI);
            assertThat(answer.body()).isEqualTo(manifestBytes);
        }
    }

    @Test
    void headOfAManifestHasTheLengthAndNoBody() {
        Answer answer = registry.request("HEAD", "/v2/" + REPOSITORY + "/manifests/one");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-length", Integer.toString(manifestBytes.length))
                .containsEntry("docker-content-digest", manifest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", ".INVALID_MANIFEST_NAME", RawRegistry.NOWHERE})
    void unknownManifestsAreUnknown(String reference) {
        Answer answer = registry.get("/v2/" + REPOSITORY + "/manifests/" + reference);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(RawRegistry.code(answer)).isEqualTo("MANIFEST_UNKNOWN");
        assertThat(registry.request("HEAD", "/v2/" + REPOSITORY + "/manifests/" + reference)
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        RawRegistry.OCI + ", 200",
        "*/*, 200",
        "application/json, 200",
        "'text/html, " + RawRegistry.OCI + ";q=0.5', 200",
        RawRegistry.DOCKER + ", 404"
    })
    void aManifestIsSentToThoseWhoUnderstandIt(String accept, int status) {
        assertThat(registry.get("/v2/" + REPOSITORY + "/manifests/one", "Accept", accept)
                        .status())
                .isEqualTo(status);
    }

    @Test
    void whatIsKnownByItsDigestIsNotSentAgain() {
        for (String path : new String[] {"/blobs/" + blob, "/manifests/one"}) {
            String tag = registry.get("/v2/" + REPOSITORY + path).headers().getOrDefault("etag", "");
            Answer answer = registry.get("/v2/" + REPOSITORY + path, "If-None-Match", tag);
            assertThat(answer.status()).isEqualTo(304);
        }
    }

    @Test
    void localImagesAreRepositories() throws Exception {
        TestImage image = TestImage.of(new TarBytes().file("local", "here"));
        engine.request("POST", "/images/load", image.dockerArchive("v2-local:one", "ghcr.io/who/v2-local:two"));
        try {
            Answer answer = registry.get("/v2/v2-local/manifests/one");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("config").path("digest").asString()).isEqualTo(image.id());
            assertThat(registry.get("/v2/v2-local/blobs/" + image.id()).body()).isEqualTo(image.configFile());
            String layer = answer.json().path("layers").path(0).path("digest").asString();
            assertThat(RawRegistry.digest(
                            registry.get("/v2/v2-local/blobs/" + layer).body()))
                    .isEqualTo(layer);
            String digest = answer.headers().getOrDefault("docker-content-digest", "");
            for (String path : new String[] {"library/v2-local/manifests/one", "ghcr.io/who/v2-local/manifests/two"}) {
                assertThat(registry.get("/v2/" + path).headers()).containsEntry("docker-content-digest", digest);
            }
            assertThat(registry.get("/v2/v2-local/manifests/" + digest).body()).isEqualTo(answer.body());
            assertThat(registry.get("/v2/" + REPOSITORY + "/blobs/" + image.id())
                            .status())
                    .isEqualTo(404);
        } finally {
            engine.dockerOutput("rmi", "v2-local:one", "ghcr.io/who/v2-local:two");
        }
        assertThat(registry.get("/v2/v2-local/manifests/one").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/x/y/z, 404",
        "GET, /v2/UPPER/manifests/one, 400",
        "GET, /v2/_a/tags/list, 400",
        "POST, /v2/x/tags/list, 405",
        "PUT, /v2/, 405",
        "POST, /v2/_catalog, 405",
        "PUT, /v2/x/blobs/sha256:00, 405"
    })
    void whatARegistryDoesNotHaveIsRefusedInItsWay(String method, String path, int status) {
        Answer answer = registry.request(method, path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(RawRegistry.code(answer)).isIn("NAME_UNKNOWN", "NAME_INVALID", "UNSUPPORTED");
    }
}
