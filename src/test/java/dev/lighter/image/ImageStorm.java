package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * Kills an engine at random moments of loading, importing, saving and pruning: afterwards nothing is there that nobody needs, nothing is
 * missing, and the same request succeeds.
 */
public final class ImageStorm {
    private static final int LONGEST_PAUSE_MILLIS = 400;

    private final Engine engine;
    private final Random random;
    private final byte[] archive;
    private final byte[] fileSystem;

    /** One request that is cut off, and what the next answer to it must hold. */
    private record Act(String method, String path, byte[] body, String expected) {}

    public ImageStorm(Engine engine, long seed) {
        this.engine = engine;
        this.random = new Random(seed);
        byte[] noise = new byte[24_000_000];
        random.nextBytes(noise);
        TarBytes layer = new TarBytes().file("noise", noise).file("text", "words ".repeat(1_000_000));
        fileSystem = layer.bytes();
        archive = TestImage.of(layer, new TarBytes().file("small", "x")).dockerArchive("storm");
    }

    /** Kills the engine so many times. */
    public void run(int kills) throws Exception {
        List<Act> acts = List.of(
                new Act("POST", "/images/load?quiet=1", archive, "Loaded image: storm:latest"),
                new Act("POST", "/images/create?fromSrc=-&repo=storm&tag=imported", fileSystem, "sha256:"),
                new Act("GET", "/images/storm/get", new byte[0], "oci-layout"),
                new Act(
                        "POST",
                        "/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D",
                        new byte[0],
                        "SpaceReclaimed"));
        for (int i = 0; i < kills; i++) {
            Act act = acts.get(i % acts.size());
            CompletableFuture<String> cut = CompletableFuture.supplyAsync(() -> answer(act));
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            engine.restart();
            String ignored = cut.join();
            check(act);
            String repeated = answer(act);
            assertThat(repeated).as(act.path()).contains(act.expected()).doesNotContain("errorDetail");
            check(act);
        }
    }

    private String answer(Act act) {
        try {
            Answer answer = engine.request(act.method(), act.path(), act.body());
            return answer.text();
        } catch (IOException | RuntimeException killed) {
            return "";
        }
    }

    private void check(Act act) throws IOException {
        JsonNode report = engine.post("/api/system/check").json();
        for (JsonNode entry : report.path("entries")) {
            // What the start found is removed in the background.
            boolean good = entry.path("state").asString().equals("needed")
                    || entry.path("path").asString().startsWith("incoming/");
            assertThat(good).as("after " + act.path() + ": " + entry).isTrue();
        }
    }
}
