package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas of projects on an XFS in a file, made and mounted by mkfs.xfs(8) and mount(8). */
class ProjectQuotaIT {
    @TempDir
    Path here;

    private boolean mounted;

    /** Mounts it; skips the test, with a sentence, where the machine cannot. */
    private void mount() throws Exception {
        boolean there =
                Files.isExecutable(Path.of("/usr/sbin/mkfs.xfs")) || Files.isExecutable(Path.of("/sbin/mkfs.xfs"));
        skipUnless(there, "no mkfs.xfs (apt-get install xfsprogs)");
        try (RandomAccessFile file = new RandomAccessFile(here.resolve("disk").toFile(), "rw")) {
            file.setLength(320L << 20);
        }
        String disk = here.resolve("disk").toString();
        assertThat(command("mkfs.xfs", "-q", disk)).isZero();
        String place = Files.createDirectory(here.resolve("mount")).toString();
        mounted = command("mount", "-o", "loop,prjquota", disk, place) == 0;
        skipUnless(mounted, "this kernel's XFS has no quotas");
    }

    private static void skipUnless(boolean possible, String reason) {
        if (!possible) {
            System.out.println("The test of project quotas is skipped: " + reason);
        }
        assumeTrue(possible, reason);
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(command("umount", here.resolve("mount").toString())).isZero();
        }
    }

    private static int command(String... words) throws Exception {
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static Fd open(Path directory) throws ErrnoException {
        return Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
    }

    @Test
    void aDirectoryTakesNoMoreThanItsProjectMay() throws Exception {
        mount();
        Path limited = Files.createDirectory(here.resolve("mount/limited"));
        try (Fd directory = open(limited)) {
            assertThat(ProjectQuota.isThere(directory)).isTrue();
            assertThat(ProjectQuota.projectOf(directory)).isZero();
            ProjectQuota.assign(directory, 4711);
            ProjectQuota.limit(directory, 4711, 2 << 20);
            assertThat(ProjectQuota.projectOf(directory)).isEqualTo(4711);
            Files.write(limited.resolve("small"), new byte[1 << 20]);
            assertThatThrownBy(() -> Files.write(limited.resolve("large"), new byte[4 << 20]))
                    .isInstanceOf(IOException.class);
            Files.write(here.resolve("mount/elsewhere"), new byte[4 << 20]);
            ProjectQuota.limit(directory, 4711, 0);
            Files.write(limited.resolve("large"), new byte[4 << 20]);
        }
    }

    @Test
    void otherFilesystemsHaveNone() throws Exception {
        try (Fd directory = open(here)) {
            assertThat(ProjectQuota.isThere(directory)).isFalse();
        }
    }
}
