package dev.lighter.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The control groups of this very machine, whichever version it has. */
class CgroupsIT {
    private final List<Process> started = new ArrayList<>();
    private Cgroups cgroups;

    @BeforeEach
    void detect() throws IOException {
        cgroups = Cgroups.detect("lighter-it-" + ProcessHandle.current().pid());
    }

    @AfterEach
    void leaveNothing() throws IOException {
        for (String id : cgroups.list()) {
            Cgroup group = cgroups.find(id).orElseThrow();
            group.killAll();
            group.remove();
        }
        for (Process process : started) {
            process.destroyForcibly().onExit().join();
        }
        cgroups.removeParent();
        assertThat(cgroups.parents()).noneMatch(Files::exists);
    }

    private static CgroupLimits memory(long bytes) {
        return CgroupLimits.NONE.with(new CgroupLimits.Memory(bytes, bytes, 0, -1, false));
    }

    /** A shell that joins the group as a container's first process does, and then becomes the script. */
    private Process start(Cgroup group, String script) throws IOException {
        StringBuilder join = new StringBuilder("set -e; ");
        group.taskFiles().forEach(file -> join.append("echo 0 > ").append(file).append("; "));
        group.unifiedDirectory()
                .ifPresent(
                        directory -> join.append("echo 0 > ").append(directory).append("/cgroup.procs; "));
        Process process = new ProcessBuilder("sh", "-c", join + "set +e; echo joined; " + script).start();
        started.add(process);
        assertThat(process.inputReader().readLine()).isEqualTo("joined");
        return process;
    }

    @Test
    void aGroupHoldsItsProcessesCountsThemAndIsGoneAfterRemoval() throws Exception {
        Cgroup group = cgroups.create("one", CgroupLimits.NONE);
        Process process = start(group, "sleep 60 & wait");

        assertThat(cgroups.list()).containsExactly("one");
        assertThat(group.processes()).contains((int) process.pid());
        CgroupStats stats = group.stats();
        assertThat(stats.processes()).isEqualTo(group.processes().size());
        assertThat(stats.memoryBytes()).isPositive();
        assertThat(stats.cpuNanos()).isPositive();
        assertThat(group.tryRemove()).isFalse();

        group.killAll();
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        group.remove();
        assertThat(cgroups.find("one")).isEmpty();
        assertThat(cgroups.list()).isEmpty();
    }

    @Test
    void aForkBombStopsAtThePidsLimit() throws Exception {
        Cgroup group = cgroups.create("bomb", CgroupLimits.NONE.withPids(5));
        Process process = start(group, "for i in 1 2 3 4 5 6 7 8; do sleep 60 & done; wait");

        String error = process.errorReader().readLine();

        assertThat(error).containsIgnoringCase("fork");
        assertThat(group.stats().processes()).isLessThanOrEqualTo(5);
    }

    @Test
    void aMemoryHogIsKilledAloneAndCounted() throws Exception {
        Cgroup group = cgroups.create("hog", memory(32 << 20));
        Process process = start(group, "exec dd if=/dev/zero of=/dev/null bs=200M count=1");

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(137);
        assertThat(group.oomKills()).isEqualTo(1);
    }

    @Test
    void frozenProcessesStandStillRunAfterThawingAndDieWhenKilledFrozen() throws Exception {
        Cgroup group = cgroups.create("ice", CgroupLimits.NONE);
        Process process = start(group, "while :; do echo tick; sleep 0.01; done");
        process.inputReader().readLine();

        group.freeze();
        long used = group.stats().cpuNanos();
        Thread.sleep(60);
        assertThat(group.stats().cpuNanos()).isEqualTo(used);
        group.thaw();
        while (group.stats().cpuNanos() == used) {
            Thread.sleep(1);
        }

        group.freeze();
        group.killAll();
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void processorLimitsAreWritten() throws Exception {
        Cgroup group = cgroups.create("cpu", CgroupLimits.NONE.with(new CgroupLimits.Cpu(50_000, 100_000, 512, 0, 0, "0", "0")));
        Process process = start(group, "cat /proc/self/status; sleep 60");

        String status = process.inputReader()
                .lines()
                .filter(line -> line.startsWith("Cpus_allowed_list"))
                .findFirst()
                .orElseThrow();
        assertThat(status).isEqualTo("Cpus_allowed_list:\t0");
    }

    @Test
    void devicesOutsideTheRulesAreDenied() throws Exception {
        Cgroup group = cgroups.create("devices", CgroupLimits.NONE);
        Path node = Files.createTempDirectory("lighter-it").resolve("kmsg");
        try {
            Process process = start(
                    group,
                    "mknod " + node + " c 1 11 && echo made; head -c1 " + node + " 2>/dev/null || echo denied;"
                            + " head -c1 /dev/zero >/dev/null && echo zero");

            assertThat(process.inputReader().lines()).containsExactly("made", "denied", "zero");
        } finally {
            Files.deleteIfExists(node);
            Files.delete(node.getParent());
        }
    }

    @Test
    void aSecondGroupOfTheSameIdIsRefusedAndTheFirstStays() throws Exception {
        cgroups.create("twin", CgroupLimits.NONE);

        assertThatThrownBy(() -> cgroups.create("twin", CgroupLimits.NONE))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        assertThat(cgroups.list()).containsExactly("twin");
    }

    @Test
    void aLimitThatTheKernelRefusesLeavesNoGroup() throws Exception {
        assertThatThrownBy(() -> cgroups.create("bad", CgroupLimits.NONE.with(new CgroupLimits.Cpu(0, 0, 0, 0, 0, "no-such-cpu", ""))))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("cpuset.cpus <- no-such-cpu");
        assertThat(cgroups.find("bad")).isEmpty();
    }

    @Test
    void creatingIsMeasured() throws Exception {
        CgroupLimits limits = memory(64 << 20)
                .with(new CgroupLimits.Cpu(50_000, 100_000, 0, 0, 0, "", ""))
                .withPids(100);
        long best = Long.MAX_VALUE;
        long[] nanos = new long[200];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            Cgroup group = cgroups.create("speed" + i, limits);
            nanos[i] = System.nanoTime() - start;
            group.remove();
            best = Math.min(best, nanos[i]);
        }
        Arrays.sort(nanos);
        System.out.printf(
                "control group made in %d us (median), %d us (best), %d trees%n",
                nanos[nanos.length / 2] / 1000, best / 1000, cgroups.parents().size());
        assertThat(cgroups.list()).isEmpty();
    }
}
