package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.SyscallTable;
import dev.lighter.kernel.SyscallTable.Abi;
import dev.lighter.launch.LaunchIsolation.Devices;
import dev.lighter.launch.LaunchIsolation.KernelFiles;
import dev.lighter.launch.LaunchIsolation.Namespaces;
import dev.lighter.launch.LaunchIsolation.Space;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a container's program does to keep it apart from its host and from others, without carrying it out. */
class IsolationProgramTest {
    private static final LaunchNetwork NETWORK = LaunchNetwork.ready(Fd.of(1_000_000), "loopback");
    private static final Namespaces OWN = LaunchIsolation.USUAL.namespaces();
    private static final KernelFiles FILES = LaunchIsolation.USUAL.files();

    private static LaunchIsolation isolation(boolean privileged, boolean init, Namespaces namespaces, KernelFiles files) {
        return new LaunchIsolation(
                privileged, privileged, null, init, namespaces, new Devices(List.of(), List.of()), files, 0, 0);
    }

    private static LaunchIsolation in(Namespaces namespaces) {
        return isolation(false, false, namespaces, FILES);
    }

    private static LaunchIsolation with(KernelFiles files) {
        return isolation(false, false, OWN, files);
    }

    private static KernelFiles files(List<String> masked, List<String> readOnly, Map<String, String> parameters) {
        return new KernelFiles(masked, readOnly, parameters, false, 4096);
    }

    private static List<String> calls(LaunchIsolation isolation, DeviceNode... devices) {
        return ContainerProgram.build(
                        ContainerProgramTest.spec(false, false, false, isolation, "sh"),
                        ContainerProgramTest.facts(0, false, List.of(devices)),
                        NETWORK,
                        PreparedMounts.NONE)
                .program()
                .steps()
                .stream()
                .map(Step::shown)
                .toList();
    }

    private static int index(List<String> calls, String text) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).contains(text)) {
                return i;
            }
        }
        throw new AssertionError("no " + text + " in " + calls);
    }

    @Test
    void whatIsTheHostsIsNotUnshared() {
        List<String> calls = calls(in(new Namespaces(Space.HOST, Space.HOST, Space.HOST, Space.HOST, true)));
        assertThat(calls)
                .contains("clone3({CLONE_NEWNS|CLONE_PIDFD, SIGCHLD}, 88)")
                .noneMatch(call -> call.contains("CLONE_NEWCGROUP"))
                .noneMatch(call -> call.startsWith("sethostname"))
                .noneMatch(call -> call.contains("mount(\"shm\""));
        assertThat(index(calls, "open_tree(AT_FDCWD, \"/dev/shm\""))
                .as("while the host's files are seen")
                .isLessThan(index(calls, "pivot_root"));
    }

    @Test
    void anothersProcessesAreJoinedBeforeTheForkAndItsQueuesAfter() {
        List<String> calls = calls(in(new Namespaces(Space.JOINED, Space.JOINED, Space.OWN, Space.OWN, true)));
        int fork = index(calls, "clone3({CLONE_NEWNS|CLONE_NEWUTS|CLONE_PIDFD, SIGCHLD}");
        assertThat(index(calls, "setns(" + Descriptors.PID_OWNER + ", CLONE_NEWPID)"))
                .isLessThan(fork);
        assertThat(index(calls, "setns(" + Descriptors.IPC_OWNER + ", CLONE_NEWIPC)"))
                .isGreaterThan(fork);
        int entered = index(calls, "setns(" + Descriptors.IPC_OWNER + ", CLONE_NEWNS)");
        int back = index(calls, "setns(fd, CLONE_NEWNS)");
        assertThat(entered).isLessThan(back);
        assertThat(back).as("the container's directory is entered after it").isLessThan(index(calls, "fchdir("));
        assertThat(calls.subList(entered, back)).anyMatch(call -> call.contains("RESOLVE_NO_SYMLINKS"));
        assertThat(calls).contains("close(" + Descriptors.PID_OWNER + ")", "close(" + Descriptors.IPC_OWNER + ")");
    }

    @Test
    void withoutSharedMemoryNothingIsMountedThere() {
        assertThat(calls(in(new Namespaces(Space.OWN, Space.OWN, Space.OWN, Space.OWN, false))))
                .noneMatch(call -> call.contains("/shm"));
        assertThat(calls(with(files(List.of(), List.of(), Map.of()))))
                .anyMatch(call -> call.contains("mount(\"shm\"") && call.contains("size=4096"));
    }

    @Test
    void aPrivilegedContainersKernelFilesAreWritable() {
        List<String> calls = calls(isolation(true, false, OWN, files(List.of(), List.of(), Map.of())));
        assertThat(calls)
                .anyMatch(call -> call.startsWith("mount(\"sysfs\"") && !call.contains("MS_RDONLY"))
                .anyMatch(call -> call.startsWith("mount(\"cgroup\"") && !call.contains("MS_RDONLY"))
                .noneMatch(call -> call.contains("/proc/sys") || call.contains("/proc/kcore\", NULL"));
        assertThat(calls(LaunchIsolation.USUAL))
                .anyMatch(call -> call.startsWith("mount(\"sysfs\"") && call.contains("MS_RDONLY"))
                .anyMatch(call -> call.startsWith("mount(\"cgroup\"") && call.contains("MS_RDONLY"));
    }

    @Test
    void devicesAreMadeInAFilesystemThatNoImageHasTouched() {
        List<String> calls = calls(
                LaunchIsolation.USUAL,
                new DeviceNode("/dev/net/tun", 'c', 10, 200, 0660, 0, 7, "rwm"),
                new DeviceNode("/dev/null", 'c', 1, 5, 0600, 0, 0, "rwm"),
                new DeviceNode("/opt/disk", 'b', 259, 300, 0660, 0, 6, "r"));
        int pivot = index(calls, "pivot_root");
        assertThat(index(calls, "mkdirat(AT_FDCWD, \"log/dev/net\"")).isLessThan(pivot);
        assertThat(index(calls, "mknodat(AT_FDCWD, \"log/dev/net/tun\", S_IFCHR|0660, makedev(10, 200))"))
                .isLessThan(pivot);
        assertThat(calls)
                .contains("fchownat(AT_FDCWD, \"log/dev/net/tun\", 0, 7, 0)")
                .contains("mknodat(AT_FDCWD, \"log/dev/null\", S_IFCHR|0600, makedev(1, 5))")
                .noneMatch(call -> call.contains("makedev(1, 3)"));
        int inside = index(calls, "mknodat(AT_FDCWD, \"/opt/disk\", S_IFBLK|0660, makedev(259, 300))");
        assertThat(inside).isGreaterThan(pivot).isLessThan(index(calls, "close_range("));
        assertThat(calls.get(inside - 1)).startsWith("unlinkat(AT_FDCWD, \"/opt/disk\"");
    }

    @Test
    void aDeviceOfTwentyBitsIsNumberedAsTheKernelDoes() {
        assertThat(new DeviceNode("/x", 'b', 259, 300, 0, 0, 0, "").number()).isEqualTo(0x1103_2cL);
        assertThat(new DeviceNode("/x", 'c', 1, 3, 0, 0, 0, "").number()).isEqualTo(0x103);
    }

    @Test
    void aDevicesPathIsMadeWithoutDotsWhileTheHostIsThere() {
        assertThat(calls(LaunchIsolation.USUAL, new DeviceNode("/dev/../etc/x", 'c', 1, 3, 0666, 0, 0, "rwm")))
                .noneMatch(call -> call.contains(".."))
                .anyMatch(call -> call.startsWith("mknodat(AT_FDCWD, \"/etc/x\""));
    }

    @Test
    void parametersAreWrittenBeforeTheyAreReadOnly() {
        List<String> calls = calls(with(files(
                List.of(), List.of("/proc/sys"), Map.of("net/ipv4/ip_forward", "1"))));
        int written = index(calls, "write(fd, \"1\", 1)");
        assertThat(calls.get(written - 1)).startsWith("openat(AT_FDCWD, \"/proc/sys/net/ipv4/ip_forward\"");
        assertThat(written)
                .isGreaterThan(index(calls, "pivot_root"))
                .isLessThan(index(calls, "mount(\"/proc/sys\", \"/proc/sys\""));
    }

    @Test
    void pathsOfOnesOwnAreMaskedByWhatTheyAreAndReadOnlyKeepsTheirOtherFlags() {
        List<String> calls = calls(with(files(List.of("/srv/x"), List.of("/usr"), Map.of())));
        assertThat(calls)
                .contains("mount(\"tmpfs\", \"/srv/x\", \"tmpfs\", MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC, \"size=0k\")")
                .contains("mount(\"/dev/null\", \"/srv/x\", NULL, MS_BIND, NULL)")
                .contains("mount(NULL, \"/usr\", NULL, MS_REMOUNT|MS_BIND|MS_RDONLY, NULL)")
                .noneMatch(call -> call.contains("/proc/kcore\", NULL"));
    }

    @Test
    void anInitForksWhenPrivilegesAreGoneAndItsLoopIsKept() {
        List<String> calls = calls(isolation(false, true, OWN, FILES));
        int fork = index(calls, "clone(CLONE_PIDFD|SIGCHLD");
        assertThat(fork)
                .isGreaterThan(index(calls, "seccomp("))
                .isGreaterThan(index(calls, "capset("))
                .isLessThan(index(calls, "execve("));
        assertThat(index(calls, "kill(child, signal)"))
                .as("before what is given back")
                .isLessThan(index(calls, "pivot_root"));
        assertThat(calls.stream().filter(call -> call.contains("madvise"))).hasSize(2);
        assertThat(calls(LaunchIsolation.USUAL)).noneMatch(call -> call.startsWith("clone("));
    }

    @Test
    void everythingThatAnInitCallsIsWhatAFilterMustAllow() {
        List<Step> steps = ContainerProgram.build(
                        ContainerProgramTest.spec(false, false, false, isolation(false, true, OWN, FILES), "sh"),
                        ContainerProgramTest.facts(0, false, List.of()),
                        NETWORK,
                        PreparedMounts.NONE)
                .program()
                .steps();
        for (Step step : steps) {
            if (step.section.name().equals("Init")) {
                assertThat(step.call).isIn(withMadvise());
            }
            assertThat(SyscallTable.number(Abi.X86_64, step.call)).as(step.call).isPresent();
            assertThat(SyscallTable.number(Abi.AARCH64, step.call)).as(step.call).isPresent();
        }
    }

    private static List<String> withMadvise() {
        // That one may fail.
        return java.util.stream.Stream.concat(InitProgram.CALLS.stream(), java.util.stream.Stream.of("madvise"))
                .toList();
    }
}
