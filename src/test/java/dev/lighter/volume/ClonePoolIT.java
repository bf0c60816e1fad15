package dev.lighter.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lighter.kernel.Ext4Format;
import dev.lighter.kernel.LoopDevice;
import dev.lighter.kernel.MountTree;
import dev.lighter.kernel.Reflink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pool of clones in a data directory whose filesystem cannot share bytes, and has no place for much. */
class ClonePoolIT {
    private static final long DISK_BYTES = 600L << 20;

    @TempDir
    Path here;

    private Path data;
    private ClonePool pool;

    @BeforeEach
    void begin() throws IOException {
        Ext4Format.write(here.resolve("disk"), DISK_BYTES);
        data = Files.createDirectory(here.resolve("data"));
        try (LoopDevice device = LoopDevice.attach(here.resolve("disk"))) {
            MountTree.attach(device.path().toString(), data, "ext4", 0, "");
        }
        Files.createDirectories(data.resolve("volumes/one"));
        Files.createDirectories(data.resolve("volumes/two"));
        pool = new ClonePool(data);
        pool.begin();
    }

    @AfterEach
    void end() throws IOException {
        pool.remove("volumes", "one");
        pool.remove("volumes", "two");
        pool.end();
        MountTree.detachUnused(data);
    }

    private void make(String id) throws IOException {
        pool.make(data.resolve("volumes").resolve(id).resolve("data"), 0);
        assumeTrue(Files.exists(data.resolve("clones.xfs")), "this kernel has no XFS");
    }

    @Test
    void aDirectoryIsALinkIntoAFilesystemThatSharesBytesAndComesBack() throws Exception {
        assertThat(data.resolve("clones")).doesNotExist();
        make("one");
        Path one = data.resolve("volumes/one/data");
        assertThat(Files.readSymbolicLink(one)).isEqualTo(Path.of("../../clones/volumes/one"));
        assertThat(Reflink.isThere(one)).isTrue();
        Files.writeString(one.resolve("file"), "kept");
        pool.end();
        assertThat(Files.isDirectory(one)).isFalse();
        pool = new ClonePool(data);
        pool.begin();
        assertThat(one.resolve("file")).hasContent("kept");
        assertThat(pool.list("volumes")).containsExactly("one");
        pool.remove("volumes", "one");
        pool.end();
        assertThat(data.resolve("clones.xfs")).doesNotExist();
        assertThat(data.resolve("clones")).doesNotExist();
    }

    @Test
    void placesAreOnlyMadeWhileThereIsRoom() throws Exception {
        make("one");
        Path two = data.resolve("volumes/two/data");
        assertThatThrownBy(() -> pool.make(two, 400L << 20)).hasMessageContaining("no space left");
        assertThat(two).doesNotExist();
        pool.make(two, 1L << 20);
        assertThat(two).isDirectory();
    }

    @Test
    void aPoolThatCannotBeMountedIsLeftAloneAndNothingIsPutInItsPlace() throws Exception {
        make("one");
        pool.end();
        Path image = data.resolve("clones.xfs");
        Path aside = Files.move(image, data.resolve("aside"));
        Files.write(image, new byte[1 << 20]);
        pool = new ClonePool(data);
        pool.begin();
        pool.make(data.resolve("volumes/two/data"), 0);
        assertThat(Files.isSymbolicLink(data.resolve("volumes/two/data"))).isFalse();
        assertThat(data.resolve("clones")).isEmptyDirectory();
        assertThat(Files.isDirectory(data.resolve("volumes/one/data"))).isFalse();
        Files.delete(image);
        Files.move(aside, image);
        pool = new ClonePool(data);
        pool.begin();
        assertThat(data.resolve("volumes/one/data")).isDirectory();
    }
}
