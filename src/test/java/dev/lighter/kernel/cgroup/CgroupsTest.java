package dev.lighter.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupsTest {
    private static final CgroupLimits ALL = CgroupLimits.NONE
            .with(new CgroupLimits.Memory(64 << 20, 96 << 20, 32 << 20, -1, false))
            .with(new CgroupLimits.Cpu(50_000, 100_000, 512, 0, 0, "0-1", "0"))
            .withPids(100);

    @TempDir
    Path root;

    private final List<Path> guarded = new ArrayList<>();

    private Cgroups detect(PlainTree tree, String selfCgroup, String... mounts) throws IOException {
        return new HierarchyDetector(tree, (group, rules) -> guarded.add(group), "lighter")
                .detect(selfCgroup, String.join("\n", mounts));
    }

    private String version1(String directory, String controllers) {
        return "34 31 0:31 / " + root.resolve(directory) + " rw,relatime - cgroup cgroup rw," + controllers;
    }

    private String version2(String directory, String groupRoot) {
        return "41 31 0:38 " + groupRoot + " " + root.resolve(directory) + " rw - cgroup2 cgroup2 rw,nsdelegate";
    }

    private PlainTree version1Tree() throws IOException {
        Map<String, String> files = new HashMap<>();
        for (String name : List.of(
                "memory.limit_in_bytes",
                "memory.memsw.limit_in_bytes",
                "memory.soft_limit_in_bytes",
                "cpu.shares",
                "cpu.cfs_period_us",
                "cpu.cfs_quota_us",
                "cpuset.cpus",
                "cpuset.mems",
                "cgroup.clone_children",
                "devices.deny",
                "devices.allow",
                "pids.max",
                "tasks",
                "cgroup.procs")) {
            files.put(name, "");
        }
        files.put("memory.use_hierarchy", "1\n");
        files.put("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        files.put("memory.usage_in_bytes", "4096\n");
        files.put("memory.stat", "cache 7\ninactive_file 1\ntotal_inactive_file 1024\n");
        files.put("cpuacct.usage", "77\n");
        files.put("pids.current", "2\n");
        files.put("devices.list", "a *:* rwm\n");
        files.put("freezer.state", "THAWED\n");
        PlainTree tree = new PlainTree(root, files);
        tree.existing("cpu,cpuacct", Map.of());
        tree.existing("memory/engine", Map.of());
        tree.existing("cpuset", Map.of("cpuset.cpus", "0-3\n", "cpuset.mems", "0\n"));
        tree.existing("devices", Map.of());
        tree.existing("pids", Map.of());
        tree.existing("freezer", Map.of());
        return tree;
    }

    private Cgroups version1(PlainTree tree) throws IOException {
        return detect(
                tree,
                "7:name=systemd:/x\n6:pids:/\n5:freezer:/\n4:devices:/\n3:cpuset:/\n2:memory:/engine\n1:cpu,cpuacct:/\n",
                version1("cpu,cpuacct", "cpu,cpuacct"),
                version1("memory", "memory"),
                version1("cpuset", "cpuset"),
                version1("devices", "devices"),
                version1("pids", "pids"),
                version1("freezer", "freezer"),
                version1("systemd", "name=systemd"));
    }

    private PlainTree version2Tree() throws IOException {
        Map<String, String> files = new HashMap<>();
        for (String name : List.of(
                "memory.max",
                "memory.swap.max",
                "memory.low",
                "cpu.max",
                "cpu.weight",
                "cpuset.cpus",
                "cpuset.mems",
                "pids.max",
                "cgroup.procs",
                "cgroup.subtree_control",
                "cgroup.kill",
                "cgroup.freeze")) {
            files.put(name, "");
        }
        files.put("cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
        files.put("cgroup.events", "populated 1\nfrozen 1\n");
        files.put("memory.events", "low 0\noom 1\noom_kill 2\noom_group_kill 0\n");
        files.put("memory.current", "8192\n");
        files.put("memory.stat", "anon 7\ninactive_file 512\n");
        files.put("io.stat", "8:0 rbytes=5 wbytes=7 rios=1 wios=2 dbytes=0 dios=0\n");
        files.put("cpu.stat", "usage_usec 5\nuser_usec 4\n");
        files.put("pids.current", "1\n");
        return new PlainTree(root, files);
    }

    @Test
    void version1IsUsedPerTreeBelowOurOwnGroupAndTheSystemdTreeIsLeftAlone() throws IOException {
        Cgroups cgroups = version1(version1Tree());

        assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.V1);
        assertThat(cgroups.controllers())
                .containsExactlyInAnyOrder("cpu", "cpuacct", "memory", "cpuset", "devices", "pids", "freezer");
        assertThat(cgroups.parents())
                .containsExactly(
                        root.resolve("cpu,cpuacct/lighter"),
                        root.resolve("memory/engine/lighter"),
                        root.resolve("cpuset/lighter"),
                        root.resolve("devices/lighter"),
                        root.resolve("pids/lighter"),
                        root.resolve("freezer/lighter"));
        assertThat(cgroups.list()).isEmpty();
    }

    @Test
    void version1WritesWhatAllShareOnceIntoTheParentAndLimitsIntoEachGroup() throws IOException {
        PlainTree tree = version1Tree();
        Cgroups cgroups = version1(tree);

        cgroups.create("a", CgroupLimits.NONE);
        assertThat(tree.written)
                .contains(
                        "cpuset/lighter/cpuset.cpus <- 0-3",
                        "cpuset/lighter/cpuset.mems <- 0",
                        "cpuset/lighter/cgroup.clone_children <- 1",
                        "devices/lighter/a/devices.deny <- a",
                        "devices/lighter/a/devices.allow <- c *:* m",
                        "devices/lighter/a/devices.allow <- c 136:* rwm")
                .noneMatch(line -> line.contains("/a/") && !line.contains("devices."));

        tree.written.clear();
        Cgroup group = cgroups.create("b", "", ALL, DeviceAccess.EVERYTHING);
        assertThat(tree.written)
                .containsExactly(
                        "cpu,cpuacct/lighter/b/cpu.shares <- 512",
                        "cpu,cpuacct/lighter/b/cpu.cfs_period_us <- 100000",
                        "cpu,cpuacct/lighter/b/cpu.cfs_quota_us <- 50000",
                        "memory/engine/lighter/b/memory.limit_in_bytes <- 67108864",
                        "memory/engine/lighter/b/memory.memsw.limit_in_bytes <- 100663296",
                        "memory/engine/lighter/b/memory.soft_limit_in_bytes <- 33554432",
                        "cpuset/lighter/b/cpuset.cpus <- 0-1",
                        "cpuset/lighter/b/cpuset.mems <- 0",
                        "pids/lighter/b/pids.max <- 100");
        assertThat(group.taskFiles())
                .hasSize(6)
                .contains(root.resolve("memory/engine/lighter/b/tasks"))
                .allMatch(Files::exists);
        assertThat(group.unifiedDirectory()).isEmpty();
        assertThat(group.oomKills()).isEqualTo(3);
        assertThat(group.stats()).isEqualTo(new CgroupStats(4096, 1024, 77, 2, 0, 0));
        assertThat(cgroups.list()).containsExactly("a", "b");
    }

    @Test
    void aGroupThatIsRemovedIsGoneFromEveryTreeWithGroupsMadeInside() throws IOException {
        PlainTree tree = version1Tree();
        Cgroups cgroups = version1(tree);
        Cgroup group = cgroups.create("a", CgroupLimits.NONE);
        tree.makeDirectory(root.resolve("pids/lighter/a/inner"));

        group.remove();
        group.remove();

        assertThat(cgroups.find("a")).isEmpty();
        cgroups.removeParent();
        assertThat(cgroups.parents()).noneMatch(Files::exists);
    }

    @Test
    void aParentThatSomebodyRemovedIsMadeAgain() throws IOException {
        Cgroups cgroups = version1(version1Tree());
        cgroups.create("a", CgroupLimits.NONE).remove();
        version1(new PlainTree(root, Map.of())).removeParent();

        cgroups.create("b", CgroupLimits.NONE);

        assertThat(cgroups.find("b")).isPresent();
    }

    @Test
    void aRefusedLimitLeavesNoGroup() throws IOException {
        PlainTree tree = version1Tree();
        Cgroups cgroups = version1(tree);
        tree.refuse("pids/lighter/a/pids.max", 1);

        assertThatThrownBy(() -> cgroups.create("a", ALL)).isInstanceOf(ErrnoException.class);

        assertThat(cgroups.find("a")).isEmpty();
    }

    @Test
    void aMissingControllerIsNamedTogetherWithTheWayOut() throws IOException {
        PlainTree tree = version1Tree();
        Cgroups cgroups = detect(tree, "5:freezer:/\n", version1("freezer", "freezer"));

        assertThatThrownBy(() -> cgroups.create("a", ALL))
                .hasMessageStartingWith("the memory controller is not available: do without a memory limit, or enable");
        assertThat(cgroups.list()).isEmpty();
    }

    @Test
    void idsThatCouldLeaveTheParentAreRefused() throws IOException {
        Cgroups cgroups = version1(version1Tree());

        for (String id : List.of("", "..", "a/b", "../a", ".hidden", "a\n")) {
            assertThatThrownBy(() -> cgroups.create(id, CgroupLimits.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void version2EnablesControllersAtTheTopAndWritesLimits() throws IOException {
        PlainTree tree = version2Tree();
        tree.existing("", Map.of("cgroup.subtree_control", "cpu memory\n"));
        tree.existing("user.slice/shell", Map.of("cgroup.procs", "1\n"));
        Cgroups cgroups = detect(tree, "0::/user.slice/shell\n", version2("", "/"));

        Cgroup group = cgroups.create("a", ALL);

        assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.V2);
        assertThat(cgroups.parents()).containsExactly(root.resolve("lighter"));
        assertThat(tree.written)
                .containsExactly(
                        "cgroup.subtree_control <- +cpuset +io +pids",
                        "lighter/cgroup.subtree_control <- +cpu +cpuset +io +memory +pids",
                        "lighter/a/memory.max <- 67108864",
                        "lighter/a/memory.swap.max <- 33554432",
                        "lighter/a/memory.low <- 33554432",
                        "lighter/a/cpu.weight <- 59",
                        "lighter/a/cpu.max <- 50000 100000",
                        "lighter/a/cpuset.cpus <- 0-1",
                        "lighter/a/cpuset.mems <- 0",
                        "lighter/a/pids.max <- 100");
        assertThat(guarded).containsExactly(root.resolve("lighter/a"));
        assertThat(group.unifiedDirectory()).contains(root.resolve("lighter/a"));
        assertThat(group.taskFiles()).isEmpty();
        assertThat(group.oomKills()).isEqualTo(2);
        assertThat(group.stats()).isEqualTo(new CgroupStats(8192, 512, 5000, 1, 5, 7));
    }

    @Test
    void version2StaysBelowAGroupThatWasDelegatedToUs() throws IOException {
        PlainTree tree = version2Tree();
        tree.existing("", Map.of());
        tree.existing("engine.service", Map.of("cgroup.subtree_control", "cpu memory pids\n"));

        Cgroups cgroups = detect(tree, "0::/engine.service\n", version2("", "/"));

        assertThat(cgroups.parents()).containsExactly(root.resolve("engine.service/lighter"));
    }

    @Test
    void version2MovesTheProcessesOfANamespaceRootToALeaf() throws IOException {
        PlainTree tree = version2Tree();
        Path top = tree.existing("", Map.of("cgroup.procs", "4000001\n4000002\n"));
        tree.refuse("cgroup.subtree_control", 1);
        Cgroups cgroups = detect(tree, "0::/\n", version2("", "/../../elsewhere"));

        cgroups.create("a", CgroupLimits.NONE);

        assertThat(tree.written)
                .contains("lighter-init/cgroup.procs <- 4000001", "lighter-init/cgroup.procs <- 4000002")
                .contains("cgroup.subtree_control <- +cpu +cpuset +io +memory +pids");
        assertThat(top.resolve("lighter/a")).exists();
    }

    @Test
    void version2FreezesAndKillsTheGroupAsAWhole() throws IOException {
        PlainTree tree = version2Tree();
        tree.existing("", Map.of());
        Cgroup group = detect(tree, "0::/\n", version2("", "/")).create("a", CgroupLimits.NONE);
        tree.written.clear();

        group.freeze();
        group.thaw();
        group.killAll();

        assertThat(tree.written)
                .containsExactly(
                        "lighter/a/cgroup.freeze <- 1",
                        "lighter/a/cgroup.freeze <- 0",
                        "lighter/a/cgroup.kill <- 1",
                        "lighter/a/cgroup.freeze <- 0");
    }

    @Test
    void hybridUsesTheUnifiedTreeOnlyForWhatVersion1Lacks() throws IOException {
        PlainTree tree = version1Tree();
        tree.existing("unified", Map.of("cgroup.controllers", "hugetlb\n", "cgroup.subtree_control", ""));

        Cgroups alone =
                detect(tree, "1:memory:/engine\n0::/\n", version1("memory", "memory"), version2("unified", "/"));
        assertThat(alone.mode()).isEqualTo(Cgroups.Mode.HYBRID);
        assertThat(alone.parents()).containsExactly(root.resolve("memory/engine/lighter"));

        tree.existing("unified", Map.of("cgroup.controllers", "pids memory\n", "cgroup.subtree_control", ""));
        Cgroups both = detect(tree, "1:memory:/engine\n0::/\n", version1("memory", "memory"), version2("unified", "/"));
        assertThat(both.controllers()).containsExactlyInAnyOrder("memory", "pids");
        assertThat(both.parents())
                .containsExactly(root.resolve("memory/engine/lighter"), root.resolve("unified/lighter"));
    }

    @Test
    void aMountOfAPartOfTheTreeIsUnderstood() throws IOException {
        Path odd = root.resolve("with space");
        PlainTree tree = new PlainTree(root, Map.of());
        tree.existing("with space/inner", Map.of());
        String mount = "34 31 0:31 /docker/abc " + odd.toString().replace(" ", "\\040") + " rw - cgroup cgroup rw,pids";

        assertThat(detect(tree, "1:pids:/docker/abc/inner\n", mount).parents())
                .containsExactly(odd.resolve("inner/lighter"));
        assertThat(detect(tree, "1:pids:/docker/abc\n", mount).parents()).containsExactly(odd.resolve("lighter"));
        assertThat(detect(tree, "1:pids:/../other\n", mount).parents()).containsExactly(odd.resolve("lighter"));
    }

    @Test
    void aTreeThatCannotBeWrittenIsExplained() throws IOException {
        PlainTree tree = new PlainTree(root, Map.of()) {
            @Override
            void makeDirectory(Path directory) throws ErrnoException {
                throw new ErrnoException("mkdirat", directory.toString(), Errno.EROFS);
            }
        };
        tree.existing("pids", Map.of());
        Cgroups cgroups = detect(tree, "1:pids:/\n", version1("pids", "pids"));

        assertThatThrownBy(() -> cgroups.create("a", CgroupLimits.NONE))
                .hasMessageStartingWith("control groups cannot be made in " + root.resolve("pids/lighter")
                        + ": start the engine as root, with /sys/fs/cgroup mounted writable");
    }

    @Test
    void aMachineWithoutControlGroupsIsToldWhatToDo() {
        assertThatThrownBy(
                        () -> detect(new PlainTree(root, Map.of()), "0::/\n", "22 27 0:21 / /proc rw - proc proc rw"))
                .hasMessageContaining("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    }

    @Test
    void weightsKeepBothEndsAndTheDefault() {
        assertThat(List.of(
                        V2Hierarchy.weight(2),
                        V2Hierarchy.weight(1024),
                        V2Hierarchy.weight(2048),
                        V2Hierarchy.weight(262_144)))
                .containsExactly(1L, 100L, 174L, 10_000L);
    }

    @Test
    void aBusyGroupIsReportedWithErrno() throws IOException {
        PlainTree tree = new PlainTree(root, Map.of("cgroup.procs", "")) {
            @Override
            long removeDirectory(Path directory) {
                return -Errno.EBUSY;
            }
        };
        tree.existing("pids", Map.of());
        Cgroup group = detect(tree, "1:pids:/\n", version1("pids", "pids")).create("a", CgroupLimits.NONE);

        assertThat(group.tryRemove()).isFalse();
        assertThatThrownBy(group::remove).hasMessageContaining("EBUSY").hasMessageContaining("lighter/a");
    }
}
