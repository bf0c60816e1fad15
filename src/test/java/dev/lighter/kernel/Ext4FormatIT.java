package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filesystems that the engine writes itself, as the kernel mounts them. */
class Ext4FormatIT {
    @TempDir
    Path here;

    @ParameterizedTest
    @ValueSource(longs = {16L << 20, 20_000_001, 134_217_728, 134_300_000, 300_000_000, 10L << 30, 100L << 30})
    void theKernelMountsAndFillsIt(long bytes) throws Exception {
        Path image = here.resolve("image");
        Ext4Format.write(image, bytes);
        assertThat(Files.size(image)).isEqualTo(bytes);
        Path place = Files.createDirectory(here.resolve("place"));
        for (int time = 0; time < 2; time++) {
            try (LoopDevice device = LoopDevice.attach(image)) {
                MountTree.attach(device.path().toString(), place, "ext4", 0, "");
            }
            try {
                assertThat(MountTree.isMounted(place)).isTrue();
                long total = Files.getFileStore(place).getTotalSpace();
                assertThat(total).isBetween(bytes - bytes / 16 - (26L << 20), bytes);
                assertThat(Files.exists(place.resolve("d/file"))).isEqualTo(time == 1);
                Files.createDirectories(place.resolve("d"));
                Files.write(place.resolve("d/file"), new byte[3_000_000]);
                assertThat(Files.size(place.resolve("d/file"))).isEqualTo(3_000_000);
                try (Fd directory = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                    Xattrs.set(directory, new byte[] {'d'}, "trusted.test", new byte[] {1});
                }
            } finally {
                MountTree.detach(place);
            }
        }
    }

    @Test
    void tooSmallOnesAndFilesThatAreThereAreRefused() throws IOException {
        Path image = Files.createFile(here.resolve("image"));
        assertThatThrownBy(() -> Ext4Format.write(image, 16L << 20)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Ext4Format.write(here.resolve("other"), 1 << 20))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
