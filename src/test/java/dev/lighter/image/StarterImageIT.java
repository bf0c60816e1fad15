package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image made from the host's own files. */
class StarterImageIT {
    @TempDir
    Path first;

    @TempDir
    Path second;

    private static ImageDetails make(Path data) {
        try (ImageEngine engine = new ImageEngine(data, "lighter.images.starter-image=true")) {
            return engine.images().get("lighter/host");
        }
    }

    @Test
    void theSameFilesGiveTheSameImage() {
        long start = System.nanoTime();
        ImageDetails one = make(first);
        System.out.printf(
                "starter image: %d bytes, %d ms with the start of the database%n",
                one.sizeBytes(), (System.nanoTime() - start) / 1_000_000);

        assertThat(make(second).id()).isEqualTo(one.id());
        assertThat(one.repoTags()).containsExactly("lighter/host:latest");
        assertThat(one.config().cmd()).containsExactly("/bin/sh");
        assertThat(one.sizeBytes()).isBetween(1_000_000L, 60_000_000L);
    }

    @Test
    void itsCommandsRunWithNothingElse() throws IOException, InterruptedException {
        try (ImageEngine engine = new ImageEngine(first, "lighter.images.starter-image=true")) {
            ImageDetails image = engine.images().get("lighter/host:latest");
            Path root = engine.images().layerDirectories(image.id()).get(0);
            for (String command :
                    new String[] {"ls /", "id -u", "cat /etc/passwd", "sleep 0", "tar --version", "grep root /etc/group"
                    }) {
                assertThat(run(root, command)).as(command).isZero();
            }
            assertThat(Files.getAttribute(root.resolve("tmp"), "unix:mode")).isEqualTo(0041777);
        }
    }

    private static int run(Path root, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("chroot", root.toString(), "/bin/sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
