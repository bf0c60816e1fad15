package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is pushed here is an image here, and what is done to it on one side is seen on the other. */
@ExtendWith(EngineExtension.class)
class RegistryImageIT {
    private final Engine engine;
    private final RawRegistry registry;

    RegistryImageIT(Engine engine) {
        this.engine = engine;
        this.registry = new RawRegistry(engine);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private boolean keeps(String digest) {
        return Files.exists(engine.data().resolve("blobs/sha256").resolve(digest.substring("sha256:".length())));
    }

    private String digestOf(String repository, String reference) {
        return registry.request("HEAD", "/v2/" + repository + "/manifests/" + reference)
                .headers()
                .getOrDefault("docker-content-digest", "");
    }

    private static TestImage image(String content) {
        return TestImage.of(new TarBytes().file("who", content));
    }

    private String imageId(String name) throws IOException {
        return engine.get("/images/" + name + "/json").json().path("Id").asString("");
    }

    @Test
    void aPushedImageIsThereUntilItsNameIsRemoved() throws Exception {
        TestImage image = image("pushed");
        byte[] manifest = registry.image("v2-app", image);
        String layer = RawRegistry.digest(registry.get("/v2/v2-app/blobs/"
                        + new tools.jackson.databind.json.JsonMapper()
                                .readTree(manifest)
                                .path("layers")
                                .path(0)
                                .path("digest")
                                .asString())
                .body());
        String digest = registry.putDone("v2-app", "one", RawRegistry.OCI, manifest);
        assertThat(imageId("v2-app:one")).isEqualTo(image.id());
        assertThat(engine.dockerOutput("images", "--digests", "--format", "{{.Digest}}", "v2-app"))
                .isEqualTo(digest);
        String container = engine.dockerOutput("create", "v2-app:one");
        assertThat(engine.dockerOutput("cp", container + ":/who", "-")).contains("pushed");
        engine.dockerOutput("rm", container);
        engine.dockerOutput("rmi", "v2-app:one");
        assertThat(registry.get("/v2/v2-app/manifests/one").status()).isEqualTo(404);
        await(() -> !keeps(digest) && !keeps(layer) && !keeps(image.id()));
        assertThat(registry.get("/v2/v2-app/manifests/" + digest).status()).isEqualTo(404);
    }

    @Test
    void aNameThatIsGivenToAnotherImageIsThatImageThere() throws Exception {
        registry.putDone("v2-moved", "one", RawRegistry.OCI, registry.image("v2-moved", image("before")));
        TestImage other = image("after");
        engine.request("POST", "/images/load", other.dockerArchive("v2-other:one"));
        engine.dockerOutput("tag", "v2-other:one", "v2-moved:one");
        assertThat(registry.get("/v2/v2-moved/manifests/one")
                        .json()
                        .path("config")
                        .path("digest")
                        .asString())
                .isEqualTo(other.id());
        engine.dockerOutput(
                "rmi", "v2-other:one", "v2-moved:one", image("before").id());
    }

    @Test
    void aTagThatIsDeletedThereIsNoNameHere() throws Exception {
        TestImage image = image("untagged");
        String digest = registry.putDone("v2-untag", "one", RawRegistry.OCI, registry.image("v2-untag", image));
        assertThat(registry.request("DELETE", "/v2/v2-untag/manifests/one").status())
                .isEqualTo(202);
        assertThat(engine.get("/images/v2-untag:one/json").status()).isEqualTo(404);
        assertThat(imageId(image.id())).isEqualTo(image.id());
        assertThat(registry.get("/v2/v2-untag/manifests/" + digest).status()).isEqualTo(200);
        assertThat(registry.request("DELETE", "/v2/v2-untag/manifests/" + digest)
                        .status())
                .isEqualTo(202);
        assertThat(engine.get("/images/" + image.id() + "/json").status()).isEqualTo(404);
    }

    @Test
    void aLocalImageIsRemovedByItsDigest() throws Exception {
        engine.request("POST", "/images/load", image("loaded").dockerArchive("v2-loaded:one", "v2-loaded:two"));
        String digest = digestOf("v2-loaded", "one");
        assertThat(registry.request("DELETE", "/v2/v2-loaded/manifests/" + digest)
                        .status())
                .isEqualTo(202);
        assertThat(engine.dockerOutput("images", "-q", "v2-loaded")).isEmpty();
        assertThat(registry.get("/v2/v2-loaded/manifests/two").status()).isEqualTo(404);
    }

    @Test
    void anImageForAnotherMachineIsKeptAndIsNone() throws Exception {
        TestImage foreign = image("foreign").on("s390x");
        byte[] manifest = registry.image("v2-foreign", foreign);
        Answer answer = registry.put("v2-foreign", "one", RawRegistry.OCI, manifest);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).doesNotContainKey("warning");
        assertThat(engine.get("/images/v2-foreign:one/json").status()).isEqualTo(404);
        assertThat(registry.get("/v2/v2-foreign/manifests/one").body()).isEqualTo(manifest);
        assertThat(registry.get("/v2/v2-foreign/tags/list").text()).contains("\"one\"");
    }

    private byte[] index(String repository, TestImage... images) {
        List<Map<String, Object>> descriptors = new java.util.ArrayList<>();
        for (TestImage image : images) {
            byte[] manifest = registry.image(repository, image);
            registry.putDone(repository, RawRegistry.digest(manifest), RawRegistry.OCI, manifest);
            descriptors.add(RawRegistry.descriptor(RawRegistry.OCI, manifest));
        }
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", RawRegistry.INDEX);
        index.put("manifests", descriptors);
        return RawRegistry.json(index);
    }

    @Test
    void theMemberOfAnIndexThatIsForThisMachineIsTheImageHere() throws Exception {
        TestImage own = image("own");
        byte[] index = index("v2-multi", image("theirs").on("arm64"), own);
        String digest = registry.putDone("v2-multi", "one", RawRegistry.INDEX, index);
        assertThat(imageId("v2-multi:one")).isEqualTo(own.id());
        assertThat(registry.get("/v2/v2-multi/manifests/one", "Accept", RawRegistry.INDEX)
                        .body())
                .isEqualTo(index);
        // Whoever knows no indexes gets what is for this machine.
        assertThat(registry.get("/v2/v2-multi/manifests/one", "Accept", RawRegistry.OCI)
                        .json()
                        .path("config")
                        .path("digest")
                        .asString())
                .isEqualTo(own.id());
        String theirs = image("theirs").on("arm64").id();
        assertThat(keeps(theirs)).isTrue();
        engine.dockerOutput("rmi", "v2-multi:one");
        await(() -> !keeps(digest) && !keeps(theirs) && !keeps(own.id()));
    }

    @Test
    void whatSaysThatItIsAnImageAndIsNoneIsKeptWithAWarning() throws Exception {
        byte[] layer = RawRegistry.bytes("no archive");
        byte[] config = image("broken").configFile();
        registry.blob("v2-broken", layer);
        registry.blob("v2-broken", config);
        byte[] manifest = RawRegistry.json(RawRegistry.manifest(
                RawRegistry.OCI, RawRegistry.CONFIG, config, "application/vnd.oci.image.layer.v1.tar", layer));
        Answer answer = registry.put("v2-broken", "one", RawRegistry.OCI, manifest);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers().get("warning")).startsWith("299 - \"kept, but it is no image to run here");
        assertThat(engine.get("/images/v2-broken:one/json").status()).isEqualTo(404);
        assertThat(registry.get("/v2/v2-broken/manifests/one").body()).isEqualTo(manifest);
    }

    @Test
    void anArtifactTakesItsTagFromAnImage() throws Exception {
        TestImage image = image("was here");
        registry.putDone("v2-taken", "one", RawRegistry.OCI, registry.image("v2-taken", image));
        byte[] artifact = RawRegistry.json(registry.artifact("v2-taken", "artifact"));
        registry.putDone("v2-taken", "one", RawRegistry.OCI, artifact);
        assertThat(engine.get("/images/v2-taken:one/json").status()).isEqualTo(404);
        assertThat(registry.get("/v2/v2-taken/manifests/one").body()).isEqualTo(artifact);
        engine.dockerOutput("rmi", image.id());
    }

    @Test
    void anImageThatRunsIsNotRemovedByADelete() throws Exception {
        engine.dockerOutput("tag", "lighter/host", "v2-used:one");
        String container = engine.dockerOutput("run", "-d", "v2-used:one", "sleep", "100");
        assertThat(registry.request("DELETE", "/v2/v2-used/manifests/" + digestOf("v2-used", "one"))
                        .status())
                .isEqualTo(202);
        assertThat(engine.dockerOutput("exec", container, "echo", "on")).isEqualTo("on");
        engine.dockerOutput("rm", "-f", container);
        assertThat(imageId("lighter/host")).isNotEmpty();
    }
}
