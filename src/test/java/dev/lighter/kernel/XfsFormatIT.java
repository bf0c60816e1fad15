package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filesystems whose files share bytes, as the engine writes them and the kernel mounts them. */
class XfsFormatIT {
    private static final int FILES = 300;

    @TempDir
    Path here;

    private static void mount(Path image, Path place) throws IOException {
        try (LoopDevice device = LoopDevice.attach(image)) {
            MountTree.attach(device.path().toString(), place, "xfs", 0, "discard");
        } catch (ErrnoException e) {
            assumeFalse(e.is(Errno.ENODEV), "this kernel has no XFS");
            throw e;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 30, 1_234_567_890, 100L << 30, 4095L << 30})
    void theKernelMountsAndFillsIt(long bytes) throws Exception {
        Path image = here.resolve("image");
        XfsFormat.write(image, bytes);
        assertThat(Files.size(image)).isBetween(bytes - 4 * 4096, bytes);
        requireRepairToFindNothing(image);
        Path place = Files.createDirectory(here.resolve("place"));
        for (int time = 0; time < 2; time++) {
            mount(image, place);
            try {
                assertThat(MountTree.isMounted(place)).isTrue();
                assertThat(Files.getFileStore(place).getTotalSpace()).isBetween(bytes - (40L << 20), bytes);
                assertThat(Reflink.isThere(place)).isTrue();
                assertThat(Files.exists(place.resolve("d/0"))).isEqualTo(time == 1);
                Files.createDirectories(place.resolve("d"));
                for (int i = 0; i < FILES; i++) {
                    Files.writeString(place.resolve("d/" + i), time + " " + i);
                }
                for (int i = 0; i < FILES; i += 2) {
                    Files.delete(place.resolve("d/" + i));
                }
                Files.writeString(place.resolve("d/0"), "again");
                try (Fd directory = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                    Xattrs.set(directory, new byte[] {'d'}, "trusted.test", new byte[] {1});
                }
            } finally {
                MountTree.detachUnused(place);
            }
        }
        requireRepairToFindNothing(image);
    }

    /** What the filesystem's own program says of it, where that is installed; it looks only. */
    private static void requireRepairToFindNothing(Path image) throws Exception {
        Path program = Path.of("/usr/sbin/xfs_repair");
        if (!Files.isExecutable(program)) {
            System.out.println("skipped: xfs_repair is not installed");
            return;
        }
        Process repair = new ProcessBuilder(program.toString(), "-n", "-f", image.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(repair.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(repair.waitFor()).as(output).isZero();
        assertThat(output).contains("traversal finished").doesNotContainIgnoringCase("bad ", "would ");
    }

    @Test
    void copiesShareTheirBytesUntilOneIsWrittenTo() throws Exception {
        Path image = here.resolve("image");
        XfsFormat.write(image, XfsFormat.LEAST_BYTES);
        Path place = Files.createDirectory(here.resolve("place"));
        mount(image, place);
        try {
            byte[] content = new byte[20_000_001];
            new Random(1).nextBytes(content);
            Path from = Files.createDirectories(place.resolve("from"));
            Files.write(from.resolve("file"), content);
            long before = Files.getFileStore(place).getUsableSpace();
            for (int i = 0; i < 20; i++) {
                try (Fd source = Fd.open(from, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
                        Fd target = Fd.open(
                                Files.createDirectory(place.resolve("copy" + i)), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                    TreeCopy.copy(source, target);
                }
            }
            assertThat(before - Files.getFileStore(place).getUsableSpace()).isLessThan(2_000_000);
            Files.writeString(place.resolve("copy3/file"), "other");
            assertThat(Files.readAllBytes(place.resolve("copy4/file"))).isEqualTo(content);
            assertThat(Files.readAllBytes(from.resolve("file"))).isEqualTo(content);
            assertThat(Files.readString(place.resolve("copy3/file"))).isEqualTo("other");
        } finally {
            MountTree.detachUnused(place);
        }
    }

    @Test
    void aFileThatIsMountedSomewhereIsMountedAgainFromTheSameDevice() throws Exception {
        Path image = here.resolve("image");
        XfsFormat.write(image, XfsFormat.LEAST_BYTES);
        Path first = Files.createDirectory(here.resolve("first"));
        Path second = Files.createDirectory(here.resolve("second"));
        Path other = Files.createSymbolicLink(here.resolve("other"), here);
        mount(image, first);
        try {
            Files.writeString(first.resolve("file"), "here");
            mount(image, second);
            try {
                assertThat(Files.readString(second.resolve("file"))).isEqualTo("here");
                assertThat(MountTree.isMounted(other.resolve("second"))).isTrue();
                assertThat(MountTree.isMounted(other.resolve("third/place"))).isFalse();
            } finally {
                MountTree.detachUnused(second);
            }
        } finally {
            MountTree.detachUnused(first);
        }
    }

    @Test
    void impossibleSizesAndFilesThatAreThereAreRefused() throws IOException {
        Path image = Files.createFile(here.resolve("image"));
        assertThatThrownBy(() -> XfsFormat.write(image, XfsFormat.LEAST_BYTES)).isInstanceOf(IOException.class);
        for (long bytes : new long[] {0, XfsFormat.LEAST_BYTES - 1, XfsFormat.MOST_BYTES + 1}) {
            assertThatThrownBy(() -> XfsFormat.write(here.resolve("other"), bytes))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
