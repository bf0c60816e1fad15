package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.Credentials;
import dev.lighter.image.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls from a registry that does not give what it promises: refused, and nothing stays. */
class RegistryPullIT {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    @TempDir
    static Path data;

    private static ImageEngine engine;

    private final FakeRegistry registry;
    private final Random random = new Random();

    RegistryPullIT() throws IOException {
        registry = new FakeRegistry();
    }

    @BeforeAll
    static void start() {
        engine = new ImageEngine(
                data,
                "lighter.registries.pause=5ms",
                "lighter.registries.attempts=2",
                "lighter.registries.answer-timeout=20s",
                "lighter.registries.idle-timeout=20s");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @AfterEach
    void close() throws Exception {
        registry.close();
        for (ImageDetails image : engine.images().list()) {
            engine.images().remove(image.id(), true);
        }
        assertThat(contents("blobs/sha256")).isEmpty();
        assertThat(contents("layers")).isEmpty();
        assertThat(contents("incoming")).isEmpty();
    }

    private static List<String> contents(String directory) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(directory))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** An image in a registry, as it was put there. */
    private record Put(String reference, List<String> layers, List<byte[]> blobs, String config, byte[] manifest) {}

    private TestImage image(int layers, int bytes) {
        List<TarBytes> tars = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            tars.add(new TarBytes().file("file" + i, content));
        }
        return TestImage.of(tars.toArray(TarBytes[]::new));
    }

    private Put put(TestImage image, String compression, String tag, UnaryOperator<String> changed) {
        List<Map<String, Object>> descriptors = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        List<byte[]> blobs = new ArrayList<>();
        for (byte[] layer : image.layers()) {
            byte[] packed = TestImage.compress(layer, compression);
            String digest = Sha256.of(packed);
            registry.blob("app", digest, packed);
            digests.add(digest);
            blobs.add(packed);
            descriptors.add(descriptor("application/vnd.oci.image.layer.v1.tar" + compression, digest, packed.length));
        }
        registry.blob("app", image.id(), image.configFile());
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MANIFEST);
        manifest.put(
                "config",
                descriptor("application/vnd.oci.image.config.v1+json", image.id(), image.configFile().length));
        manifest.put("layers", descriptors);
        byte[] bytes = changed.apply(new String(TestImage.json(manifest))).getBytes();
        registry.manifest("app", tag, MANIFEST, bytes);
        registry.manifest("app", Sha256.of(bytes), MANIFEST, bytes);
        return new Put(registry.host() + "/app:" + tag, digests, blobs, image.id(), bytes);
    }

    private static Map<String, Object> descriptor(String type, String digest, int size) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest);
        descriptor.put("size", size);
        return descriptor;
    }

    private Put put(int layers, int bytes) {
        return put(image(layers, bytes), "+gzip", "1", UnaryOperator.identity());
    }

    private static List<TransferEvent> pull(String reference, String platform) {
        List<TransferEvent> told = new ArrayList<>();
        engine.transfers()
                .pull(new PullRequest(ImageReference.parse(reference), platform, Credentials.NONE), told::add);
        return told;
    }

    private static List<String> said(List<TransferEvent> told) {
        return told.stream().map(TransferEvent::status).toList();
    }

    private static void assertRefused(String reference, String platform, String reason) throws IOException {
        EngineException refusal = catchThrowableOfType(EngineException.class, () -> pull(reference, platform));
        assertThat(refusal).isNotNull().hasMessageContaining(reason);
        assertThat(engine.images().list()).isEmpty();
        assertThat(contents("downloads")).isEmpty();
        assertThat(contents("blobs/sha256")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+gzip", "+zstd"})
    void anImageComesWithItsLayersAndNames(String compression) throws Exception {
        Put put = put(image(3, 50_000), compression, "1", UnaryOperator.identity());
        List<TransferEvent> told = pull(put.reference(), "");
        ImageDetails image = engine.images().get(put.reference());
        assertThat(image.id()).isEqualTo(put.config());
        assertThat(image.repoDigests()).containsExactly(registry.host() + "/app@" + Sha256.of(put.manifest()));
        assertThat(engine.images().layerDirectories(image.id()))
                .hasSize(3)
                .allSatisfy(layer -> assertThat(layer).isNotEmptyDirectory());
        assertThat(said(told))
                .startsWith("Pulling from app", "Pulling fs layer")
                .contains("Downloading", "Download complete", "Pull complete")
                .endsWith(
                        "Digest: " + Sha256.of(put.manifest()),
                        "Status: Downloaded newer image for " + put.reference());
        assertThat(contents("downloads")).isEmpty();
        assertThat(said(pull(put.reference(), "")).get(2))
                .isEqualTo("Status: Image is up to date for " + put.reference());
    }

    @Test
    void layersThatAreHereAreNotFetchedAgain() {
        TestImage first = image(2, 20_000);
        Put one = put(first, "+gzip", "1", UnaryOperator.identity());
        pull(one.reference(), "");
        TestImage second = new TestImage(
                List.of(first.layers().get(0), image(1, 100).layers().get(0)), first.config(), "amd64");
        Put two = put(second, "+gzip", "2", UnaryOperator.identity());
        assertThat(said(pull(two.reference(), ""))).contains("Already exists");
        assertThat(registry.asked("GET /v2/app/blobs/" + one.layers().get(0))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAMirrorGetsWrongComesFromTheRegistryItself(boolean archive, @TempDir Path other) throws Exception {
        Put put = put(2, 30_000);
        try (FakeRegistry mirror = new FakeRegistry();
                ImageEngine own = new ImageEngine(
                        other,
                        "lighter.registries.pause=5ms",
                        "lighter.registries.mirrors[" + registry.host() + "]=http://" + mirror.host())) {
            byte[] lie = archive
                    ? TestImage.compress(image(1, 30_000).layers().get(0), "+gzip")
                    : new byte[put.blobs().get(0).length];
            mirror.blob(
                    "app", put.layers().get(0), Arrays.copyOf(lie, put.blobs().get(0).length));
            mirror.blob("app", put.layers().get(1), put.blobs().get(1));
            own.transfers()
                    .pull(
                            new PullRequest(ImageReference.parse(put.reference()), "", Credentials.NONE),
                            TransferProgress.SILENT);
            assertThat(own.images().get(put.reference()).id()).isEqualTo(put.config());
            assertThat(mirror.asked("GET /v2/app/blobs/" + put.layers().get(0))).isNotEmpty();
            assertThat(registry.asked("GET /v2/app/blobs/" + put.layers().get(0)))
                    .hasSize(1);
            assertThat(registry.asked("GET /v2/app/blobs/" + put.layers().get(1)))
                    .isEmpty();
        }
    }

    @Test
    void theImageForThisMachineIsChosenAndKnownByTheIndex() {
        TestImage ours = image(1, 1000).on(ImagePlatform.host().architecture());
        Put mine = put(ours, "+gzip", "ours", UnaryOperator.identity());
        Put theirs = put(image(1, 1000).on("s390x"), "+gzip", "theirs", UnaryOperator.identity());
        byte[] index = TestImage.index(
                List.of(entry(theirs, "s390x"), entry(mine, ImagePlatform.host().architecture())));
        registry.manifest("app", "all", "application/vnd.oci.image.index.v1+json", index);
        pull(registry.host() + "/app:all", "");
        ImageDetails image = engine.images().get(registry.host() + "/app:all");
        assertThat(image.id()).isEqualTo(mine.config());
        assertThat(image.repoDigests()).contains(registry.host() + "/app@" + Sha256.of(index));
        pull(registry.host() + "/app:all", "linux/s390x");
        assertThat(engine.images().get(registry.host() + "/app:all").id()).isEqualTo(theirs.config());
        assertThatThrownBy(() -> pull(registry.host() + "/app:all", "linux/riscv64"))
                .hasMessageContaining("no matching manifest for linux/riscv64");
    }

    private static Map<String, Object> entry(Put put, String architecture) {
        Map<String, Object> entry = descriptor(MANIFEST, Sha256.of(put.manifest()), put.manifest().length);
        entry.put("platform", Map.of("os", "linux", "architecture", architecture));
        return entry;
    }

    @Test
    void anImageByDigestHasThatName() {
        Put put = put(1, 1000);
        String name = registry.host() + "/app@" + Sha256.of(put.manifest());
        pull(name, "");
        assertThat(engine.images().get(name).id()).isEqualTo(put.config());
        assertThat(engine.images().get(name).repoTags()).isEmpty();
    }

    @Test
    void anotherPlatformThanAskedForIsRefused() throws IOException {
        put(image(1, 1000).on("s390x"), "+gzip", "1", UnaryOperator.identity());
        assertRefused(registry.host() + "/app:1", "linux/amd64", "does not match the specified platform");
    }

    @Test
    void aLayerWithOtherBytesIsRefused() throws IOException {
        Put put = put(3, 100_000);
        byte[] other = put.blobs().get(1).clone();
        other[other.length / 2] ^= 1;
        registry.blob("app", put.layers().get(1), other);
        assertRefused(put.reference(), "", "");
    }

    @Test
    void aLayerThatIsNoArchiveIsRefused() throws IOException {
        byte[] rubbish = new byte[9000];
        random.nextBytes(rubbish);
        put(new TestImage(List.of(rubbish), Map.of(), "amd64"), "", "1", UnaryOperator.identity());
        assertRefused(registry.host() + "/app:1", "", "not a tar archive");
    }

    @Test
    void aLayerOfAnotherSizeIsRefused() throws IOException {
        Put put = put(1, 100_000);
        registry.blob("app", put.layers().get(0), Arrays.copyOf(put.blobs().get(0), 500));
        assertRefused(put.reference(), "", "its manifest says");
    }

    @Test
    void aLayerThatIsMissingIsRefused() throws IOException {
        Put put = put(3, 1000);
        registry.on("GET /v2/app/blobs/" + put.layers().get(2), exchange -> FakeRegistry.send(exchange, 404, "{}"));
        assertRefused(put.reference(), "", "not found");
    }

    @Test
    void aConfigurationWithOtherBytesIsRefused() throws IOException {
        Put put = put(1, 1000);
        byte[] other = image(1, 10).configFile();
        int length = new String(put.manifest())
                .replaceFirst("(?s).*config.v1.json\",\"digest\":\"[^\"]*\",\"size\":(\\d+).*", "$1")
                .length();
        assertThat(length).isPositive();
        byte[] sameLength = Arrays.copyOf(other, TestImage.json(Map.of()).length);
        registry.blob("app", put.config(), sameLength);
        assertRefused(put.reference(), "", "");
    }

    @Test
    void aConfigurationThatNamesOtherLayersIsRefused() throws IOException {
        TestImage good = image(1, 1000);
        TestImage other = image(1, 1000);
        registry.blob("app", other.id(), other.configFile());
        Put put = put(
                good,
                "+gzip",
                "1",
                json -> json.replace(good.id(), other.id())
                        .replace("\"size\":" + good.configFile().length, "\"size\":" + other.configFile().length));
        assertRefused(put.reference(), "", "does not match");
    }

    @Test
    void aManifestThatPromisesAnEnormousConfigurationIsRefused() throws IOException {
        put(image(1, 10), "+gzip", "1", json -> json.replaceFirst("\"size\":\\d+", "\"size\":1073741824"));
        assertRefused(registry.host() + "/app:1", "", "at most 4194304");
    }

    @Test
    void indexesThatNameEachOtherAreLeft() throws IOException {
        byte[] inner = TestImage.index(List.of());
        for (int i = 0; i < 8; i++) {
            registry.manifest("app", Sha256.of(inner), "application/vnd.oci.image.index.v1+json", inner);
            inner = TestImage.index(
                    List.of(descriptor("application/vnd.oci.image.index.v1+json", Sha256.of(inner), inner.length)));
        }
        registry.manifest("app", "1", "application/vnd.oci.image.index.v1+json", inner);
        assertRefused(registry.host() + "/app:1", "", "nested too deep");
    }

    @Test
    void anImageOfAnotherSystemIsRefused() throws IOException {
        TestImage image = image(1, 10);
        byte[] windows =
                new String(image.configFile()).replace("\"linux\"", "\"win32\"").getBytes();
        Put put = put(image, "+gzip", "1", json -> json.replace(image.id(), Sha256.of(windows)));
        registry.blob("app", Sha256.of(windows), windows);
        assertRefused(put.reference(), "", "cannot be used on this platform");
    }

    @Test
    void theSameImageIsFetchedOnceForAllWhoWantIt() throws Exception {
        Put put = put(1, 200_000);
        CountDownLatch go = new CountDownLatch(1);
        registry.on("GET /v2/app/blobs/" + put.layers().get(0), exchange -> {
            await(go);
            FakeRegistry.send(exchange, 200, put.blobs().get(0));
        });
        List<CompletableFuture<List<TransferEvent>>> pulls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pulls.add(CompletableFuture.supplyAsync(() -> pull(put.reference(), "")));
        }
        awaitRequest("GET /v2/app/blobs/" + put.layers().get(0));
        Thread.sleep(300);
        go.countDown();
        for (CompletableFuture<List<TransferEvent>> pull : pulls) {
            assertThat(said(pull.get()))
                    .contains("Pull complete")
                    .endsWith("Status: Downloaded newer image for " + put.reference());
        }
        assertThat(registry.asked("GET /v2/app/blobs/" + put.layers().get(0))).hasSize(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitRequest(String request) throws InterruptedException {
        for (int i = 0; i < 1000 && registry.asked(request).isEmpty(); i++) {
            Thread.sleep(10);
        }
        assertThat(registry.asked(request)).isNotEmpty();
    }

    @Test
    void twoImagesShareTheDownloadOfALayer() throws Exception {
        TestImage first = image(1, 300_000);
        Put one = put(first, "+gzip", "1", UnaryOperator.identity());
        TestImage second = first.labelled("a", "b");
        Put two = put(second, "+gzip", "2", UnaryOperator.identity());
        CompletableFuture<List<TransferEvent>> other = CompletableFuture.supplyAsync(() -> pull(one.reference(), ""));
        pull(two.reference(), "");
        other.get();
        assertThat(engine.images().count()).isEqualTo(2);
        assertThat(registry.asked("GET /v2/app/blobs/" + one.layers().get(0))).hasSize(1);
    }

    @Test
    void aPullThatNobodyWantsAnyMoreEndsAndTheNextGoesOnWhereItWas() throws Exception {
        Put put = put(1, 3_000_000);
        String blob = "GET /v2/app/blobs/" + put.layers().get(0);
        byte[] bytes = put.blobs().get(0);
        AtomicInteger asked = new AtomicInteger();
        registry.on(blob, exchange -> {
            if (asked.incrementAndGet() == 1) {
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes, 0, 1_500_000);
                exchange.getResponseBody().flush();
                // Until the other side has gone.
                while (true) {
                    try {
                        Thread.sleep(20);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }
            FakeRegistry.part(
                    exchange,
                    bytes,
                    Integer.parseInt(
                            exchange.getRequestHeaders().getFirst("Range").replaceAll("\\D", "")));
        });
        AtomicBoolean enough = new AtomicBoolean();
        engine.transfers()
                .pull(
                        new PullRequest(ImageReference.parse(put.reference()), "", Credentials.NONE),
                        new TransferProgress() {
                            @Override
                            public void event(TransferEvent event) {
                                if (event.currentBytes() > 1_000_000) {
                                    enough.set(true);
                                }
                            }

                            @Override
                            public boolean isWanted() {
                                return !enough.get();
                            }
                        });
        awaitEmpty("incoming");
        assertThat(contents("downloads"))
                .containsExactly(Sha256.hex(put.layers().get(0)));
        pull(put.reference(), "");
        assertThat(engine.images().get(put.reference()).id()).isEqualTo(put.config());
        String range = registry.asked(blob).get(1).header("Range");
        assertThat(Integer.parseInt(range.replaceAll("\\D", ""))).isGreaterThan(1_000_000);
        assertThat(contents("downloads")).isEmpty();
    }

    private static void awaitEmpty(String directory) throws Exception {
        for (int i = 0; i < 500 && !contents(directory).isEmpty(); i++) {
            Thread.sleep(20);
        }
        assertThat(contents(directory)).isEmpty();
    }

    @Test
    void rubbishThatWasKeptIsFetchedAnew() throws Exception {
        Put put = put(1, 500_000);
        byte[] rubbish = put.blobs().get(0).clone();
        Arrays.fill(rubbish, 100_000, 300_000, (byte) 0);
        Files.write(
                data.resolve("downloads").resolve(Sha256.hex(put.layers().get(0))), Arrays.copyOf(rubbish, 400_000));
        pull(put.reference(), "");
        assertThat(engine.images().get(put.reference()).id()).isEqualTo(put.config());
        assertThat(contents("downloads")).isEmpty();
    }

    @Test
    void allTagsComeWithOneRequest() {
        put(image(1, 100), "+gzip", "1", UnaryOperator.identity());
        put(image(1, 100), "+gzip", "2", UnaryOperator.identity());
        registry.on("GET /v2/app/tags/list", exchange -> FakeRegistry.send(exchange, 200, "{\"tags\":[\"2\",\"1\"]}"));
        pull(registry.host() + "/app", "");
        assertThat(engine.images().list().stream().flatMap(image -> image.repoTags().stream()))
                .containsExactlyInAnyOrder(registry.host() + "/app:1", registry.host() + "/app:2");
    }

    @Test
    void credentialsForAnotherRegistryAreNotSent() {
        Put put = put(1, 100);
        PullRequest request = new PullRequest(
                ImageReference.parse(put.reference()),
                "",
                new Credentials("me", "secret", "registry.example.com", "", ""));
        assertThatThrownBy(() -> engine.transfers().pull(request, TransferProgress.SILENT))
                .hasMessageContaining("the credentials are for registry.example.com")
                .hasMessageNotContaining("secret");
        assertThat(registry.asked()).isEmpty();
    }
}
