package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushing, OCI distribution specification, push: end-4 to end-7, end-11, end-13. */
@ExtendWith(EngineExtension.class)
class RegistryPushApiIT {
    private static final String REPOSITORY = "v2/push";

    private final RawRegistry registry;

    RegistryPushApiIT(Engine engine) {
        this.registry = new RawRegistry(engine);
    }

    private byte[] stored(String digest) {
        return registry.get("/v2/" + REPOSITORY + "/blobs/" + digest).body();
    }

    @Test
    void oneRequestUploadsABlob() {
        byte[] blob = RawRegistry.bytes("monolithic");
        String digest = RawRegistry.digest(blob);
        Answer answer = registry.request(
                "POST", "/v2/" + REPOSITORY + "/blobs/uploads/?digest=" + digest.replace(":", "%3A"), Map.of(), blob);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers())
                .containsEntry("location", "/v2/" + REPOSITORY + "/blobs/" + digest)
                .containsEntry("docker-content-digest", digest);
        assertThat(stored(digest)).isEqualTo(blob);
    }

    /** What curl calls binary data unless it is told otherwise. */
    @Test
    void aBodyThatClaimsToBeAFormIsABlob() {
        byte[] blob = RawRegistry.bytes("a=b&c=d");
        String digest = RawRegistry.digest(blob);
        String location = registry.begin(REPOSITORY);
        Answer answer = registry.request(
                "PUT",
                location + "?digest=" + digest,
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                blob);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(stored(digest)).isEqualTo(blob);
    }

    @Test
    void twoRequestsUploadABlob() {
        byte[] blob = RawRegistry.bytes("post then put");
        String location = registry.begin(REPOSITORY);
        Answer answer = registry.request("PUT", location + "?digest=" + RawRegistry.digest(blob), Map.of(), blob);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(stored(RawRegistry.digest(blob))).isEqualTo(blob);
    }

    @Test
    void anUploadThatBeginsSaysWhereItGoesOn() {
        Answer answer = registry.request("POST", "/v2/" + REPOSITORY + "/blobs/uploads/");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.headers()).containsEntry("range", "0-0").containsKey("docker-upload-uuid");
        assertThat(answer.headers().get("location")).startsWith("/v2/" + REPOSITORY + "/blobs/uploads/");
    }

    @Test
    void chunksMakeABlob() {
        byte[] blob = RawRegistry.bytes("chunk1chunk2end");
        String location = registry.begin(REPOSITORY);
        Answer first = registry.patch(location, "0-5", RawRegistry.bytes("chunk1"));
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.headers()).containsEntry("range", "0-5").containsEntry("location", location);
        assertThat(registry.patch(location, "6-11", RawRegistry.bytes("chunk2")).headers())
                .containsEntry("range", "0-11");
        Answer status = registry.get(location);
        assertThat(status.status()).isEqualTo(204);
        assertThat(status.headers()).containsEntry("range", "0-11").containsEntry("location", location);
        Answer end = registry.request(
                "PUT",
                location + "?digest=" + RawRegistry.digest(blob),
                Map.of("Content-Range", "12-14"),
                RawRegistry.bytes("end"));
        assertThat(end.status()).isEqualTo(201);
        assertThat(stored(RawRegistry.digest(blob))).isEqualTo(blob);
    }

    @Test
    void aStreamedUploadNeedsNoRanges() {
        String location = registry.begin(REPOSITORY);
        registry.patch(location, "", RawRegistry.bytes("ab"));
        registry.patch(location, "", RawRegistry.bytes("cd"));
        String digest = RawRegistry.digest(RawRegistry.bytes("abcd"));
        assertThat(registry.request("PUT", location + "?digest=" + digest).status())
                .isEqualTo(201);
        assertThat(stored(digest)).isEqualTo(RawRegistry.bytes("abcd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-4", "4-7", "3-1", "what"})
    void aChunkOutOfOrderIsRefusedAndTheUploadGoesOn(String range) {
        String location = registry.begin(REPOSITORY);
        registry.patch(location, "0-2", RawRegistry.bytes("abc"));
        Answer refused = registry.patch(location, range, RawRegistry.bytes("xxxx"));
        assertThat(refused.status()).isEqualTo(416);
        assertThat(registry.get(location).headers()).containsEntry("range", "0-2");
        assertThat(registry.patch(location, "3-3", RawRegistry.bytes("d")).status())
                .isEqualTo(202);
        assertThat(registry.request("PUT", location + "?digest=" + RawRegistry.digest(RawRegistry.bytes("abcd")))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aChunkOfAnotherLengthIsRefused() {
        String location = registry.begin(REPOSITORY);
        Answer answer = registry.patch(location, "0-9", RawRegistry.bytes("short"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("BLOB_UPLOAD_INVALID");
        assertThat(registry.get(location).headers()).containsEntry("range", "0-0");
    }

    @Test
    void anUploadThatIsCancelledIsUnknown() {
        String location = registry.begin(REPOSITORY);
        assertThat(registry.request("DELETE", location).status()).isEqualTo(204);
        for (String method : List.of("GET", "PATCH", "DELETE")) {
            Answer answer = registry.request(method, location);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(RawRegistry.code(answer)).isEqualTo("BLOB_UPLOAD_UNKNOWN");
        }
    }

    @Test
    void anUploadBelongsToItsRepository() {
        String location = registry.begin(REPOSITORY).replace(REPOSITORY, "v2/other");
        assertThat(RawRegistry.code(registry.get(location))).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void aWrongDigestEndsTheUploadWithoutABlob() {
        byte[] blob = RawRegistry.bytes("not what it says");
        String location = registry.begin(REPOSITORY);
        String wrong = RawRegistry.digest(RawRegistry.bytes("something else"));
        Answer answer = registry.request("PUT", location + "?digest=" + wrong, Map.of(), blob);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("DIGEST_INVALID");
        assertThat(registry.get(location).status()).isEqualTo(404);
        for (String digest : List.of(wrong, RawRegistry.digest(blob))) {
            assertThat(registry.get("/v2/" + REPOSITORY + "/blobs/" + digest).status())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?digest=", "?digest=sha256:12", "?digest=sha512:00"})
    void aDigestThatIsNoneIsInvalid(String query) {
        String location = registry.begin(REPOSITORY);
        Answer answer = registry.request("PUT", location + query, Map.of(), RawRegistry.bytes("x"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("DIGEST_INVALID");
        assertThat(registry.request("DELETE", location).status()).isEqualTo(204);
    }

    @Test
    void aBlobIsMountedFromTheRepositoryThatHasIt() {
        String digest = registry.blob("v2/source", RawRegistry.bytes("mounted"));
        Answer answer = registry.request("POST", "/v2/v2/target/blobs/uploads/?mount=" + digest + "&from=v2/source");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsEntry("location", "/v2/v2/target/blobs/" + digest);
        assertThat(registry.get("/v2/v2/target/blobs/" + digest).text()).isEqualTo("mounted");
    }

    @Test
    void aBlobIsMountedFromWhereverItIs() {
        String digest = registry.blob("v2/source", RawRegistry.bytes("found"));
        assertThat(registry.request("POST", "/v2/v2/target/blobs/uploads/?mount=" + digest)
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"v2/empty", "v2/source"})
    void aBlobThatCannotBeMountedIsUploaded(String from) {
        Answer answer =
                registry.request("POST", "/v2/v2/target/blobs/uploads/?mount=" + RawRegistry.NOWHERE + "&from=" + from);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(registry.request("DELETE", answer.headers().getOrDefault("location", ""))
                        .status())
                .isEqualTo(204);
    }

    @Test
    void aManifestIsPushedByTagAndByDigest() {
        byte[] manifest = RawRegistry.json(registry.artifact(REPOSITORY, "by both"));
        String digest = RawRegistry.digest(manifest);
        for (String reference : List.of("both", digest)) {
            Answer answer = registry.put(REPOSITORY, reference, RawRegistry.OCI, manifest);
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.headers())
                    .containsEntry("location", "/v2/" + REPOSITORY + "/manifests/" + digest)
                    .containsEntry("docker-content-digest", digest)
                    .doesNotContainKey("oci-subject");
        }
    }

    @Test
    void aTagMovesToWhatWasPushedLast() {
        for (String content : List.of("first", "second")) {
            byte[] manifest = RawRegistry.json(registry.artifact(REPOSITORY, content));
            String digest = registry.putDone(REPOSITORY, "moving", RawRegistry.OCI, manifest);
            assertThat(registry.get("/v2/" + REPOSITORY + "/manifests/moving").headers())
                    .containsEntry("docker-content-digest", digest);
        }
    }

    @Test
    void aManifestOfAnotherDigestIsRefused() {
        byte[] manifest = RawRegistry.json(registry.artifact(REPOSITORY, "another"));
        Answer answer = registry.put(REPOSITORY, RawRegistry.NOWHERE, RawRegistry.OCI, manifest);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("DIGEST_INVALID");
    }

    @Test
    void aManifestOfBlobsThatAreNotThereIsRefused() {
        byte[] manifest = RawRegistry.json(RawRegistry.manifest(
                RawRegistry.OCI, "text/plain", RawRegistry.bytes("no"), "text/plain", RawRegistry.bytes("never")));
        Answer answer = registry.put(REPOSITORY, "missing", RawRegistry.OCI, manifest);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(RawRegistry.code(answer)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
        assertThat(registry.get("/v2/" + REPOSITORY + "/manifests/missing").status())
                .isEqualTo(404);
    }

    @Test
    void anIndexOfManifestsThatAreNotThereIsRefused() {
        byte[] index = RawRegistry.json(Map.of(
                "schemaVersion",
                2,
                "manifests",
                List.of(RawRegistry.descriptor(RawRegistry.OCI, RawRegistry.bytes("nowhere")))));
        assertThat(RawRegistry.code(registry.put(REPOSITORY, "missing", RawRegistry.INDEX, index)))
                .isEqualTo("MANIFEST_BLOB_UNKNOWN");
    }

    @Test
    void aBlobOfAnotherSizeThanTheManifestSaysIsRefused() {
        Map<String, Object> manifest = new HashMap<>(registry.artifact(REPOSITORY, "sized"));
        Map<String, Object> config = RawRegistry.descriptor("text/plain", RawRegistry.bytes("{}"));
        config.put("size", 3);
        manifest.put("config", config);
        Answer answer = registry.put(REPOSITORY, "sized", RawRegistry.OCI, RawRegistry.json(manifest));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("MANIFEST_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{}",
                "{\"schemaVersion\":1}",
                "{\"schemaVersion\":2}",
                "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}",
                "{\"schemaVersion\":2,\"config\":{},\"layers\":[],\"manifests\":[]}",
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha512:00\",\"size\":1},\"layers\":[]}"
            })
    void whatIsNoManifestIsRefused(String text) {
        Answer answer = registry.put(REPOSITORY, "bad", RawRegistry.OCI, RawRegistry.bytes(text));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("MANIFEST_INVALID");
    }

    @ParameterizedTest
    @CsvSource({
        ".bad, " + RawRegistry.OCI,
        "good, application/vnd.docker.distribution.manifest.v1+json",
        "good, text/plain"
    })
    void tagsAndTypesThatAreNoneAreRefused(String tag, String type) {
        byte[] manifest = RawRegistry.json(registry.artifact(REPOSITORY, "typed"));
        Answer answer = registry.put(REPOSITORY, tag, type, manifest);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("MANIFEST_INVALID");
    }

    @Test
    void aManifestMayBeAsLargeAsTheSpecificationSaysAndNoLarger() {
        Map<String, Object> manifest = registry.artifact(REPOSITORY, "large");
        manifest.put("annotations", Map.of("padding", "x".repeat((4 << 20) - 1000)));
        assertThat(registry.put(REPOSITORY, "large", RawRegistry.OCI, RawRegistry.json(manifest))
                        .status())
                .isEqualTo(201);
        manifest.put("annotations", Map.of("padding", "x".repeat(4 << 20)));
        Answer answer = registry.put(REPOSITORY, "large", RawRegistry.OCI, RawRegistry.json(manifest));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(RawRegistry.code(answer)).isEqualTo("SIZE_INVALID");
    }

    @Test
    void aManifestThatIsAboutAnotherOneSaysSoInTheAnswer() {
        Map<String, Object> manifest = registry.artifact(REPOSITORY, "about");
        manifest.put("subject", RawRegistry.descriptor(RawRegistry.OCI, RawRegistry.bytes("not here yet")));
        Answer answer = registry.put(REPOSITORY, "about", RawRegistry.OCI, RawRegistry.json(manifest));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers())
                .containsEntry("oci-subject", RawRegistry.digest(RawRegistry.bytes("not here yet")));
    }

    @Test
    void aLayerThatIsElsewhereNeedNotBeHere() {
        Map<String, Object> manifest = registry.artifact(REPOSITORY, "foreign");
        Map<String, Object> layer = RawRegistry.descriptor(
                "application/vnd.oci.image.layer.nondistributable.v1.tar", RawRegistry.bytes("far away"));
        layer.put("urls", List.of("https://example.invalid/layer"));
        manifest.put("layers", List.of(layer));
        assertThat(registry.put(REPOSITORY, "foreign", RawRegistry.OCI, RawRegistry.json(manifest))
                        .status())
                .isEqualTo(201);
    }
}
