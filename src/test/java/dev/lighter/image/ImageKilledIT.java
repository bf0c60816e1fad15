package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The engine ends without warning while an image is loaded. */
class ImageKilledIT {
    private static Answer load(Engine engine, byte[] archive) throws IOException {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            http.send("POST", "/images/load?quiet=1", Map.of("Content-Type", "application/x-tar"), archive);
            return http.receive("POST");
        }
    }

    private static long entries(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    @Test
    void aLoadThatWasCutOffLeavesNothingAndCanBeRepeated() throws Exception {
        byte[] content = new byte[40_000_000];
        new Random(3).nextBytes(content);
        TestImage image = TestImage.of(new TarBytes().file("large", content), new TarBytes().file("small", "x"));
        byte[] archive = image.dockerArchive("cut");
        try (Engine engine = Engine.start("--lighter.images.starter-image=false")) {
            for (int pauseMillis : new int[] {30, 90, 200}) {
                CompletableFuture<Answer> cut = CompletableFuture.supplyAsync(() -> {
                    try {
                        return load(engine, archive);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                });
                Thread.sleep(pauseMillis);
                engine.restart();
                cut.exceptionally(expected -> new Answer(0, Map.of(), new byte[0]))
                        .join();
                boolean known = engine.get("/images/cut/json").status() == 200;
                assertThat(entries(engine.data().resolve("layers"))).isEqualTo(known ? 2 : 0);
                assertThat(entries(engine.data().resolve("blobs/sha256"))).isEqualTo(known ? 3 : 0);
            }
            assertThat(load(engine, archive).text()).contains("Loaded image: cut:latest");
            assertThat(engine.delete("/images/cut").status()).isEqualTo(200);
            assertThat(entries(engine.data().resolve("layers"))).isZero();
        }
    }

    @Test
    void whateverIsCutOffLeavesNothingAndCanBeRepeated() throws Exception {
        try (Engine engine = Engine.start("--lighter.images.starter-image=false")) {
            new ImageStorm(engine, 11).run(4);
        }
    }
}
