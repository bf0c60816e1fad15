package dev.lighter.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits as each version words them, their change while processes run, and parents that somebody chose. */
class CgroupLimitsTest {
    private static final CgroupLimits.Block BLOCK = new CgroupLimits.Block(
            300, Map.of("8:0", 500L), Map.of("8:0", 1024L), Map.of(), Map.of("8:16", 9L), Map.of("8:0", 7L));

    @TempDir
    Path root;

    private PlainTree tree;

    private Cgroups detect(String self, String... mounts) throws IOException {
        return new HierarchyDetector(tree, (group, rules) -> {}, "lighter").detect(self, String.join("\n", mounts));
    }

    private Cgroups version1() throws IOException {
        Map<String, String> files = new HashMap<>();
        for (String name : List.of(
                "memory.limit_in_bytes",
                "memory.memsw.limit_in_bytes",
                "memory.soft_limit_in_bytes",
                "memory.oom_control",
                "cpu.shares",
                "cpu.cfs_period_us",
                "cpu.cfs_quota_us",
                "cpu.rt_runtime_us",
                "cpuset.cpus",
                "cpuset.mems",
                "cgroup.clone_children",
                "blkio.bfq.weight",
                "blkio.bfq.weight_device",
                "blkio.throttle.read_bps_device",
                "blkio.throttle.write_bps_device",
                "blkio.throttle.read_iops_device",
                "blkio.throttle.write_iops_device",
                "tasks")) {
            files.put(name, "");
        }
        files.put("memory.swappiness", "60\n");
        files.put("memory.use_hierarchy", "1\n");
        files.put("cpu.rt_period_us", "1000000\n");
        tree = new PlainTree(root, files);
        for (String name : List.of("cpu", "memory", "blkio")) {
            tree.existing(name + "/engine", Map.of());
        }
        tree.existing("cpuset", Map.of("cpuset.cpus", "0-3\n", "cpuset.mems", "0\n"));
        return detect(
                "4:cpuset:/\n3:blkio:/engine\n2:memory:/engine\n1:cpu:/engine\n",
                mount("cpu"),
                mount("memory"),
                mount("blkio"),
                mount("cpuset"));
    }

    private String mount(String controller) {
        return "34 31 0:31 / " + root.resolve(controller) + " rw,relatime - cgroup cgroup rw," + controller;
    }

    private Cgroups version2() throws IOException {
        Map<String, String> files = new HashMap<>();
        for (String name : List.of(
                "memory.max",
                "memory.swap.max",
                "memory.low",
                "cpu.max",
                "cpu.weight",
                "io.max",
                "io.weight",
                "pids.max",
                "cgroup.procs",
                "cgroup.subtree_control")) {
            files.put(name, "");
        }
        files.put("cgroup.controllers", "cpu io memory pids\n");
        files.put("memory.current", "50000000\n");
        tree = new PlainTree(root, files);
        tree.existing("", Map.of());
        return detect("0::/\n", "41 31 0:38 / " + root + " rw - cgroup2 cgroup2 rw");
    }

    private static CgroupLimits memory(long bytes, long swapBytes) {
        return CgroupLimits.NONE.with(new CgroupLimits.Memory(bytes, swapBytes, 0, -1, false));
    }

    private static CgroupLimits cpu(long quota, long period) {
        return CgroupLimits.NONE.with(new CgroupLimits.Cpu(quota, period, 0, 0, 0, "", ""));
    }

    private List<String> change(Cgroup group, CgroupLimits before, CgroupLimits after) throws IOException {
        tree.written.clear();
        group.limit(before, after);
        return tree.written.stream()
                .map(line -> line.substring(line.indexOf("/a/") + 3))
                .toList();
    }

    @Test
    void version1WordsLimitsOfBlockDevicesAndOfMemoryPressure() throws IOException {
        Cgroups cgroups = version1();
        Cgroup group = cgroups.create("a", CgroupLimits.NONE);

        CgroupLimits limits =
                CgroupLimits.NONE.with(BLOCK).with(new CgroupLimits.Memory(0, 0, 0, 0, true));

        assertThat(change(group, CgroupLimits.NONE, limits))
                .containsExactly(
                        "memory.swappiness <- 0",
                        "memory.oom_control <- 1",
                        "blkio.bfq.weight <- 300",
                        "blkio.bfq.weight_device <- 8:0 500",
                        "blkio.throttle.read_bps_device <- 8:0 1024",
                        "blkio.throttle.read_iops_device <- 8:16 9",
                        "blkio.throttle.write_iops_device <- 8:0 7");
        assertThat(change(group, limits, CgroupLimits.NONE))
                .containsExactly(
                        "memory.swappiness <- 60",
                        "memory.oom_control <- 0",
                        "blkio.bfq.weight <- 100",
                        "blkio.bfq.weight_device <- 8:0 0",
                        "blkio.throttle.read_bps_device <- 8:0 0",
                        "blkio.throttle.read_iops_device <- 8:16 0",
                        "blkio.throttle.write_iops_device <- 8:0 0");
    }

    @Test
    void version1MakesRoomForSwapWhenMemoryGrowsAndTheOtherWayRoundWhenItShrinks() throws IOException {
        Cgroup group = version1().create("a", memory(100, 200));

        assertThat(change(group, memory(100, 200), memory(300, 600)))
                .containsExactly("memory.memsw.limit_in_bytes <- 600", "memory.limit_in_bytes <- 300");
        assertThat(change(group, memory(300, 600), memory(100, 200)))
                .containsExactly("memory.limit_in_bytes <- 100", "memory.memsw.limit_in_bytes <- 200");
        assertThat(change(group, memory(100, 200), CgroupLimits.NONE))
                .containsExactly("memory.memsw.limit_in_bytes <- -1", "memory.limit_in_bytes <- -1");
    }

    @Test
    void version1ChangesOnlyWhatDiffersAndTakesQuotasAway() throws IOException {
        Cgroup group = version1().create("a", cpu(50_000, 100_000));

        assertThat(change(group, cpu(50_000, 100_000), cpu(20_000, 100_000)))
                .containsExactly("cpu.cfs_quota_us <- 20000");
        assertThat(change(group, cpu(20_000, 100_000), cpu(0, 0)))
                .containsExactly(
                        "cpu.cfs_quota_us <- -1", "cpu.cfs_period_us <- 100000", "cpu.cfs_quota_us <- -1");
        assertThat(change(group, cpu(1, 2), cpu(1, 2))).isEmpty();
    }

    @Test
    void aChangeThatTheKernelRefusesIsTakenBackAndExplained() throws IOException {
        Cgroup group = version1().create("a", cpu(50_000, 100_000));
        tree.fail("memory/engine/lighter/a/memory.limit_in_bytes", Errno.EBUSY);
        tree.written.clear();

        assertThatThrownBy(() -> group.limit(
                        cpu(50_000, 100_000),
                        cpu(20_000, 100_000).with(new CgroupLimits.Memory(9, 9, 0, -1, false))))
                .hasMessageContaining("more memory than 9 bytes is in use");

        assertThat(tree.written)
                .startsWith("cpu/engine/lighter/a/cpu.cfs_quota_us <- 20000")
                .contains("cpu/engine/lighter/a/cpu.cfs_quota_us <- 50000");
    }

    @Test
    void aFileThatTheKernelLacksIsNamedAndNothingIsLeft() throws IOException {
        Cgroups cgroups = version1();
        tree.fail("blkio/engine/lighter/a/blkio.bfq.weight", Errno.ENOENT);

        assertThatThrownBy(() -> cgroups.create("a", CgroupLimits.NONE.with(BLOCK)))
                .isInstanceOf(UnsupportedLimitException.class)
                .hasMessageContaining("no blkio.bfq.weight in its control groups: do without a weight");
        assertThat(cgroups.find("a")).isEmpty();
    }

    @Test
    void timeForRealtimeProcessesIsRaisedInTheParentByWhatAllItsGroupsNeed() throws IOException {
        Cgroups cgroups = version1();
        cgroups.create("b", CgroupLimits.NONE);
        Files.writeString(root.resolve("cpu/engine/lighter/b/cpu.rt_runtime_us"), "20000");
        Files.writeString(root.resolve("cpu/engine/lighter/b/cpu.rt_period_us"), "500000");
        RealtimeTime time = new RealtimeTime(new FirstRefusing(tree));
        cgroups.create("a", CgroupLimits.NONE);

        time.give(root.resolve("cpu/engine/lighter/a"), 10_000, 0);

        assertThat(root.resolve("cpu/engine/lighter/cpu.rt_runtime_us")).hasContent("50000");
        assertThat(root.resolve("cpu/engine/lighter/a/cpu.rt_runtime_us")).hasContent("10000");
    }

    /** Refuses time for a group until its parent has some, as the kernel does. */
    private static final class FirstRefusing extends ControlFiles {
        private final PlainTree tree;
        private boolean raised;

        FirstRefusing(PlainTree tree) {
            this.tree = tree;
        }

        @Override
        void write(Path file, String value) throws ErrnoException {
            raised |= file.endsWith("lighter/cpu.rt_runtime_us");
            if (file.endsWith("a/cpu.rt_runtime_us") && !raised && !value.equals("0")) {
                throw new ErrnoException("write", file.toString(), Errno.EINVAL);
            }
            tree.write(file, value);
        }
    }

    @Test
    void version2WordsLimitsOfBlockDevices() throws IOException {
        Cgroup group = version2().create("a", CgroupLimits.NONE);

        assertThat(change(group, CgroupLimits.NONE, CgroupLimits.NONE.with(BLOCK)))
                .containsExactly(
                        "io.weight <- default 2930",
                        "io.weight <- 8:0 4950",
                        "io.max <- 8:0 rbps=1024 wiops=7",
                        "io.max <- 8:16 riops=9");
        assertThat(change(group, CgroupLimits.NONE.with(BLOCK), CgroupLimits.NONE))
                .containsExactly(
                        "io.weight <- default 100",
                        "io.weight <- 8:0 default",
                        "io.max <- 8:0 rbps=max wbps=max riops=max wiops=max",
                        "io.max <- 8:16 rbps=max wbps=max riops=max wiops=max");
    }

    @Test
    void version2TakesLimitsAwayAndRefusesOneBelowWhatIsInUse() throws IOException {
        Cgroup group = version2().create("a", CgroupLimits.NONE);
        CgroupLimits limits = memory(64_000_000, 100_000_000)
                .with(new CgroupLimits.Cpu(50_000, 0, 512, 0, 0, "", ""))
                .withPids(5);
        group.limit(CgroupLimits.NONE, limits);

        assertThat(change(group, limits, CgroupLimits.NONE))
                .containsExactly(
                        "memory.max <- max",
                        "memory.swap.max <- max",
                        "cpu.weight <- 100",
                        "cpu.max <- max 100000",
                        "pids.max <- max");
        assertThatThrownBy(() -> group.limit(CgroupLimits.NONE, memory(10_000_000, 0)))
                .hasMessageContaining("more memory than 10000000 bytes is in use, 50000000");
    }

    @Test
    void whatVersion2HasNotIsRefusedBeforeAnythingIsMade() throws IOException {
        Cgroups cgroups = version2();
        for (CgroupLimits limits : List.of(
                CgroupLimits.NONE.with(new CgroupLimits.Memory(0, 0, 0, 5, false)),
                CgroupLimits.NONE.with(new CgroupLimits.Memory(0, 0, 0, -1, true)),
                CgroupLimits.NONE.with(new CgroupLimits.Cpu(0, 0, 0, 1, 0, "", "")))) {
            assertThatThrownBy(() -> cgroups.create("a", limits))
                    .isInstanceOf(UnsupportedLimitException.class)
                    .hasMessageStartingWith("control groups of version 2");
        }
        assertThat(root.resolve("lighter")).doesNotExist();
    }

    @Test
    void aParentThatWasMissingIsMadeInEveryTreeAndGoesWithItsLastGroup() throws IOException {
        Cgroups cgroups = version1();

        Cgroup first = cgroups.create("a", "/team//web/", CgroupLimits.NONE, DeviceAccess.USUAL);
        Cgroup second = cgroups.create("b", "/team/web", CgroupLimits.NONE, DeviceAccess.USUAL);
        assertThat(root.resolve("cpuset/team/web/a/cpuset.cpus")).hasContent("0-3");
        assertThat(first.taskFiles()).contains(root.resolve("memory/team/web/a/tasks"));
        assertThat(cgroups.find("a", "/team/web")).isPresent();
        assertThat(cgroups.find("a")).isEmpty();
        first.remove();
        assertThat(root.resolve("cpu/team/web/b")).exists();
        second.remove();

        for (String controller : List.of("cpu", "memory", "blkio", "cpuset")) {
            assertThat(root.resolve(controller + "/team")).doesNotExist();
        }
    }

    @Test
    void aParentThatWasThereStaysAndARelativeOneLiesBelowOurOwnGroup() throws IOException {
        Cgroups cgroups = version1();
        tree.existing("memory/engine/theirs", Map.of());

        cgroups.create("a", "theirs/mine", CgroupLimits.NONE, DeviceAccess.USUAL).remove();

        assertThat(root.resolve("memory/engine/theirs")).exists();
        assertThat(root.resolve("memory/engine/theirs/mine")).doesNotExist();
        assertThat(root.resolve("cpu/engine/theirs")).doesNotExist();
    }

    @Test
    void aLimitThatIsRefusedLeavesNoParent() throws IOException {
        Cgroups cgroups = version1();
        tree.fail("blkio/team/a/blkio.bfq.weight", Errno.ENOENT);

        assertThatThrownBy(() -> cgroups.create("a", "/team", CgroupLimits.NONE.with(BLOCK), DeviceAccess.USUAL))
                .isInstanceOf(UnsupportedLimitException.class);

        assertThat(root.resolve("cpu/team")).doesNotExist();
        assertThat(root.resolve("blkio/team")).doesNotExist();
    }

    @Test
    void pathsThatLeadElsewhereAreNoParents() throws IOException {
        Cgroups cgroups = version1();
        for (String path : List.of("..", "/..", "a/../b", "/", "a/./b", "a\nb", "/lighter", "x/lighter/y", " ")) {
            assertThatThrownBy(() -> cgroups.create("a", path, CgroupLimits.NONE, DeviceAccess.USUAL))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(cgroups.list()).isEmpty();
    }

    @Test
    void version1TellsAllItsFigures() throws IOException {
        tree = new PlainTree(
                root,
                Map.ofEntries(
                        Map.entry("memory.usage_in_bytes", "4096\n"),
                        Map.entry("memory.max_usage_in_bytes", "8192\n"),
                        Map.entry("memory.failcnt", "3\n"),
                        Map.entry("memory.limit_in_bytes", "9223372036854771712\n"),
                        Map.entry("memory.stat", "cache 7\ntotal_inactive_file 1024\n"),
                        Map.entry("memory.use_hierarchy", "1\n"),
                        Map.entry("cpuacct.usage", "77\n"),
                        Map.entry("cpuacct.usage_percpu", "70 7 \n"),
                        Map.entry("cpuacct.stat", "user 3\nsystem 2\n"),
                        Map.entry("cpu.stat", "nr_periods 9\nnr_throttled 4\nthrottled_time 55\n"),
                        Map.entry("pids.current", "2\n"),
                        Map.entry("pids.max", "max\n"),
                        Map.entry(
                                "blkio.throttle.io_service_bytes_recursive",
                                "8:0 Read 4\n8:0 Write 30\n8:0 Total 34\n8:16 Read 6\nTotal 40\n"),
                        Map.entry("blkio.throttle.io_serviced_recursive", "8:0 Read 1\nTotal 1\n")));
        for (String name : List.of("cpu", "cpuacct", "memory", "blkio", "pids")) {
            tree.existing(name, Map.of());
        }
        Cgroup group = detect(
                        "5:pids:/\n4:blkio:/\n3:cpuacct:/\n2:memory:/\n1:cpu:/\n",
                        mount("cpu"),
                        mount("cpuacct"),
                        mount("memory"),
                        mount("blkio"),
                        mount("pids"))
                .create("a", CgroupLimits.NONE);

        assertThat(group.stats()).isEqualTo(new CgroupStats(4096, 1024, 77, 2, 10, 30));
        assertThat(group.stats().workingSetBytes()).isEqualTo(3072);
        assertThat(group.figures())
                .isEqualTo(new CgroupFigures(
                        new CgroupFigures.Cpu(77, List.of(70L, 7L), 20_000_000, 30_000_000, 9, 4, 55),
                        new CgroupFigures.Memory(
                                4096,
                                8192,
                                3,
                                9223372036854771712L,
                                Map.of("cache", 7L, "total_inactive_file", 1024L)),
                        new CgroupFigures.Block(
                                true,
                                List.of(
                                        new CgroupFigures.Entry(8, 0, "Read", 4),
                                        new CgroupFigures.Entry(8, 0, "Write", 30),
                                        new CgroupFigures.Entry(8, 0, "Total", 34),
                                        new CgroupFigures.Entry(8, 16, "Read", 6)),
                                List.of(new CgroupFigures.Entry(8, 0, "Read", 1))),
                        new CgroupFigures.Pids(2, 0)));
    }

    @Test
    void version2TellsAllItsFigures() throws IOException {
        tree = new PlainTree(
                root,
                Map.of(
                        "cgroup.controllers", "cpu io memory pids\n",
                        "cgroup.subtree_control", "",
                        "memory.current", "8192\n",
                        "memory.max", "max\n",
                        "memory.stat", "anon 7\ninactive_file 512\n",
                        "cpu.stat",
                                "usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 8\nnr_throttled 1\nthrottled_usec 6\n",
                        "pids.current", "1\n",
                        "pids.max", "20\n",
                        "io.stat", "8:0 rbytes=5 wbytes=7 rios=1 wios=2 dbytes=0 dios=0\n"));
        tree.existing("", Map.of());
        Cgroup group = detect("0::/\n", "41 31 0:38 / " + root + " rw - cgroup2 cgroup2 rw")
                .create("a", CgroupLimits.NONE);

        assertThat(group.stats()).isEqualTo(new CgroupStats(8192, 512, 5000, 1, 5, 7));
        assertThat(group.figures())
                .isEqualTo(new CgroupFigures(
                        new CgroupFigures.Cpu(5000, List.of(), 2000, 3000, 8, 1, 6000),
                        new CgroupFigures.Memory(
                                8192, -1, -1, Long.MAX_VALUE, Map.of("anon", 7L, "inactive_file", 512L)),
                        new CgroupFigures.Block(
                                false,
                                List.of(
                                        new CgroupFigures.Entry(8, 0, "read", 5),
                                        new CgroupFigures.Entry(8, 0, "write", 7)),
                                List.of()),
                        new CgroupFigures.Pids(1, 20)));
    }
}
