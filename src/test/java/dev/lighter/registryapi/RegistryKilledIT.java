package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An engine that is killed while somebody pushes: nothing of it stays, and the same push succeeds afterwards. */
class RegistryKilledIT {
    private static final String[] OPTIONS = {"--lighter.images.starter-image=false", "--lighter.registry.unused-blob=0s"
    };
    private static final int MOMENTS = 3;
    private static final long SEED = 20_261_128;

    private static Engine engine;
    private static RawRegistry registry;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        engine = Engine.start(OPTIONS);
        registry = new RawRegistry(engine);
    }

    @AfterAll
    static void close() throws IOException, InterruptedException {
        engine.close();
    }

    private static TestImage image(int number) {
        byte[] content = new byte[3_000_000];
        new Random(number).nextBytes(content);
        return TestImage.of(new TarBytes().file("first", content), new TarBytes().file("second", "of " + number));
    }

    private static Set<String> files(String directory) {
        try (Stream<Path> files = Files.list(engine.data().resolve(directory))) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitFiles(String directory, int count) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (files(directory).size() != count && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(files(directory)).hasSize(count);
    }

    private static Answer push(int number) {
        byte[] manifest = registry.image("v2-killed", image(number));
        return registry.put("v2-killed", "one", RawRegistry.OCI, manifest);
    }

    @Test
    void anUploadThatWasGoingOnIsGone() throws Exception {
        String location = registry.begin("v2-killed");
        registry.patch(location, "", new byte[1_000_000]);
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.output()
                    .write(RawRegistry.bytes("PATCH " + location + " HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Length: 9000000\r\n\r\n" + "x".repeat(500_000)));
            engine.restart();
        }
        assertThat(registry.get(location).status()).isEqualTo(404);
        awaitFiles("incoming", 0);
        assertThat(files("blobs/sha256")).isEmpty();
    }

    @Test
    void aPushThatWasGoingOnIsRepeated() throws Exception {
        Random random = new Random(SEED);
        long start = System.nanoTime();
        push(0);
        long pushMillis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        engine.dockerOutput("rmi", "v2-killed:one");
        for (int moment = 1; moment <= MOMENTS; moment++) {
            int number = moment;
            CompletableFuture<Void> pushing = CompletableFuture.runAsync(() -> {
                try {
                    push(number);
                } catch (UncheckedIOException | AssertionError killed) {
                    // It is repeated below.
                }
            });
            Thread.sleep(random.nextLong(pushMillis + 1));
            engine.restart();
            pushing.join();
            awaitFiles("incoming", 0);
            Answer again = push(number);
            assertThat(again.status())
                    .as("moment " + moment + ", seed " + SEED + ": " + again.text())
                    .isEqualTo(201);
            assertThat(engine.get("/images/v2-killed:one/json")
                            .json()
                            .path("Id")
                            .asString())
                    .isEqualTo(image(number).id());
            engine.dockerOutput("rmi", "v2-killed:one");
            awaitFiles("blobs/sha256", 0);
            awaitFiles("layers", 0);
        }
    }
}
