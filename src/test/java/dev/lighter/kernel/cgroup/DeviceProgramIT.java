package dev.lighter.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel's verifier and the version 2 device hook of this machine. */
class DeviceProgramIT {
    @Test
    void theProgramGuardsItsGroupAndThoseBelow() throws Exception {
        List<Path> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> Path.of(line.split(" ")[4]))
                .toList();
        assumeThat(mounts).as("skipped: no version 2 tree is mounted").isNotEmpty();
        Path group = mounts.get(0)
                .resolve("lighter-it-devices-" + ProcessHandle.current().pid());
        Path below = group.resolve("below");
        Path node = Files.createTempDirectory("lighter-it").resolve("kmsg");
        Files.createDirectory(group);
        Files.createDirectory(below);
        try {
            DevicePrograms programs = new DevicePrograms();
            programs.attach(group, DeviceRule.DEFAULTS);
            programs.attach(below, DeviceRule.DEFAULTS);
            Process process = new ProcessBuilder(
                            "sh",
                            "-c",
                            "echo 0 > " + below + "/cgroup.procs && mknod " + node + " c 1 11 && echo made; head -c1 "
                                    + node + " 2>/dev/null || echo denied; head -c1 /dev/zero >/dev/null && echo zero")
                    .start();

            assertThat(process.inputReader().lines()).containsExactly("made", "denied", "zero");
            assertThat(process.waitFor()).isZero();
        } finally {
            Files.deleteIfExists(node);
            Files.delete(node.getParent());
            Files.delete(below);
            Files.delete(group);
        }
        assertThat(group).doesNotExist();
    }
}
