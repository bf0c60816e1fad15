package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.SyscallTable;
import dev.lighter.kernel.SyscallTable.Abi;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.cgroup.CgroupLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a container's program does, and in which order, without carrying it out. */
class ContainerProgramTest {
    private static final long CHOWN_AND_KILL = 1 | 1 << 5;
    private static final ProgramFacts ROOT = facts(0, false);
    private static final LaunchNetwork NETWORK = LaunchNetwork.ready(Fd.of(1_000_000), "loopback");

    private static ProgramFacts facts(int uid, boolean unified) {
        return facts(uid, unified, List.of());
    }

    static ProgramFacts facts(int uid, boolean unified, List<DeviceNode> devices) {
        return new ProgramFacts(
                uid,
                uid,
                List.of(7, 8),
                "/home/x",
                unified ? List.of() : List.of(Path.of("/sys/fs/cgroup/memory/lighter/c/tasks")),
                unified ? Path.of("/sys/fs/cgroup/lighter/c") : null,
                new byte[16],
                CHOWN_AND_KILL,
                -1L >>> 24,
                40,
                devices);
    }

    private static LaunchSpec spec(boolean noNewPrivileges, boolean readOnly, boolean stdin, String... command) {
        return spec(noNewPrivileges, readOnly, stdin, LaunchIsolation.USUAL, command);
    }

    /** With another isolation. */
    static LaunchSpec spec(
            boolean noNewPrivileges,
            boolean readOnly,
            boolean stdin,
            LaunchIsolation isolation,
            String... command) {
        return new LaunchSpec(
                "c",
                Path.of("/data/containers/c"),
                List.of(Path.of("/data/layers/a")),
                "inside",
                "",
                "127.0.0.1\tlocalhost\n",
                "nameserver 172.17.0.1\n",
                List.of(command),
                List.of("A=b"),
                "/srv",
                "",
                List.of(),
                Set.of(),
                true,
                noNewPrivileges,
                readOnly,
                stdin,
                new LaunchSpec.Resources(
                        "", CgroupLimits.NONE, List.of(new LaunchSpec.ResourceLimit("nofile", 100, 200)), 0),
                new LogPolicy(1 << 16, 2, false, true, 1 << 20),
                false,
                isolation,
                List.of(),
                IdRange.SAME);
    }

    private static List<Step> steps(LaunchSpec spec, ProgramFacts facts) {
        return ContainerProgram.build(spec, facts, NETWORK, PreparedMounts.NONE).program().steps();
    }

    private static Predicate<Step> shows(String text) {
        return step -> step.shown().contains(text);
    }

    /** Makes sure that each of the calls is there, after the one before it. */
    private static void assertOrder(List<Step> steps, String... calls) {
        int at = -1;
        for (String call : calls) {
            int from = at + 1;
            at = IntStream.range(from, steps.size())
                    .filter(i -> shows(call).test(steps.get(i)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            "no " + call + " after step " + (from - 1) + " of " + Arrays.toString(calls)));
        }
    }

    private static int last(List<Step> steps, String call) {
        return IntStream.range(0, steps.size())
                .filter(i -> shows(call).test(steps.get(i)))
                .max()
                .orElseThrow();
    }

    @Test
    void aContainerIsMadeInThisOrder() {
        assertOrder(
                steps(spec(true, true, false, "sh"), ROOT),
                "clone3({CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWIPC|CLONE_NEWUTS|CLONE_PIDFD, SIGCHLD}",
                "setns(" + Descriptors.NETWORK + ", CLONE_NEWNET)",
                "/sys/fs/cgroup/memory/lighter/c/tasks",
                "write(fd, \"0\"",
                "unshare(CLONE_NEWCGROUP)",
                "MS_REC|MS_PRIVATE",
                "move_mount(" + Descriptors.MOUNT,
                "pivot_root(\".\", \".\")",
                "umount2(\".\", MNT_DETACH)",
                "mount(\"proc\", \"/proc\"",
                "\"/dev/pts\"",
                "\"/dev/shm\"",
                "\"/dev/mqueue\"",
                "mount(\"sysfs\", \"/sys\"",
                "\"/etc/resolv.conf\"",
                "/proc/kcore",
                "close_range(",
                "MS_REMOUNT|MS_BIND|MS_RDONLY",
                "chdir(\"/srv\")",
                "sethostname(\"inside\"",
                "RLIMIT_NOFILE, {100, 200}",
                "PR_CAPBSET_DROP",
                "setgroups(2, [7, 8])",
                "setresgid(0, 0, 0)",
                "setresuid(0, 0, 0)",
                "PR_SET_NO_NEW_PRIVS",
                "seccomp(SECCOMP_SET_MODE_FILTER",
                "capset({_LINUX_CAPABILITY_VERSION_3}, {effective=0x21, permitted=0x21, inheritable=0})",
                "PR_SET_PDEATHSIG",
                "execve(\"/usr/local/sbin/sh\"");
    }

    @Test
    void everythingButTheProgramItselfIsDoneBeforeTheAttemptsToExecute() {
        ContainerProgram.Built built = ContainerProgram.build(spec(false, false, false, "sh"), ROOT, NETWORK, PreparedMounts.NONE);
        List<Step> steps = built.program().steps();

        assertThat(steps.subList(built.firstExec(), built.lastExec() + 1))
                .extracting(step -> step.shown().replaceFirst(",.*", ""))
                .containsExactly(
                        "execve(\"/usr/local/sbin/sh\"",
                        "execve(\"/usr/local/bin/sh\"",
                        "execve(\"/usr/sbin/sh\"",
                        "execve(\"/usr/bin/sh\"",
                        "execve(\"/sbin/sh\"",
                        "execve(\"/bin/sh\"");
        assertThat(steps.get(built.lastExec() + 1).shown()).isEqualTo("exit_group(127)");
        assertThat(built.lastExec() + 2).isEqualTo(steps.size());
        assertThat(ContainerProgram.build(spec(false, false, false, "/bin/sh"), ROOT, NETWORK, PreparedMounts.NONE))
                .matches(whole -> whole.firstExec() == whole.lastExec());
    }

    @Test
    void everyCapabilityThatDoesNotStayIsDroppedFromTheBoundingSet() {
        assertThat(steps(spec(false, false, false, "sh"), ROOT).stream()
                        .filter(shows("PR_CAPBSET_DROP"))
                        .map(step -> step.arguments[1].number()))
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 40)
                        .filter(number -> number != 0 && number != 5)
                        .mapToObj(number -> (long) number)
                        .toList());
    }

    @Test
    void anotherUserThanRootEndsWithoutCapabilities() {
        List<Step> steps = steps(spec(false, false, false, "sh"), facts(1000, false));

        assertOrder(
                steps,
                "PR_SET_KEEPCAPS",
                "setresuid(1000, 1000, 1000)",
                "seccomp(",
                "capset({_LINUX_CAPABILITY_VERSION_3}");
        assertThat(steps.get(last(steps, "capset(")).shown()).contains("{effective=0x0, permitted=0x0, inheritable=0}");
        assertThat(last(steps, "seccomp(")).isLessThan(last(steps, "capset("));
    }

    @Test
    void whatIsNotAskedForIsNotDone() {
        List<Step> plain = steps(spec(false, false, true, "sh"), ROOT);

        assertThat(plain).noneMatch(shows("PR_SET_NO_NEW_PRIVS"));
        assertThat(plain).noneMatch(shows("MS_REMOUNT|MS_BIND|MS_RDONLY)"));
        assertThat(plain).anyMatch(shows("\"stdin\""));
        assertThat(steps(spec(false, false, false, "sh"), ROOT)).noneMatch(shows("\"stdin\""));
    }

    @Test
    void aContainerInTheHostsNetworkJoinsNoNamespace() {
        assertThat(ContainerProgram.build(spec(false, false, false, "sh"), ROOT, LaunchNetwork.ofHost(), PreparedMounts.NONE)
                        .program()
                        .steps())
                .noneMatch(shows("setns("));
    }

    @Test
    void theMonitorKeepsNoNetworkNamespaceAlive() {
        assertOrder(
                steps(spec(false, false, false, "sh"), ROOT),
                "clone3(",
                "close(" + Descriptors.NETWORK + ")",
                "setns(" + Descriptors.NETWORK);
    }

    @Test
    void withControlGroupsOfVersion2TheContainerIsBornInItsOwn() {
        List<Step> steps = steps(spec(false, false, false, "sh"), facts(0, true));

        assertThat(steps).anyMatch(shows("CLONE_INTO_CGROUP")).noneMatch(shows("/tasks"));
        assertOrder(
                steps,
                "openat(AT_FDCWD, \"/sys/fs/cgroup/lighter/c\", O_PATH|O_CLOEXEC",
                "CLONE_INTO_CGROUP",
                "unshare(CLONE_NEWCGROUP)",
                "mount(\"cgroup2\", \"/sys/fs/cgroup\"");
    }

    @Test
    void theFlagsOfTheCloneAreThoseOfAllNamespacesButUserControlGroupAndNetwork() {
        ContainerProgram.Built built = ContainerProgram.build(spec(false, false, false, "sh"), ROOT, NETWORK, PreparedMounts.NONE);
        int clone = last(built.program().steps(), "clone3(");
        ByteBuffer image = ByteBuffer.wrap(built.program().image()).order(ByteOrder.nativeOrder());
        int at = (int) (image.getLong(clone * ProgramBuilder.STEP_BYTES + 8) - ProgramBuilder.BASE);

        long newNs = 0x0002_0000L;
        long newUts = 0x0400_0000L;
        long newIpc = 0x0800_0000L;
        long newPid = 0x2000_0000L;
        long pidfd = 0x1000L;
        assertThat(image.getLong(at)).isEqualTo(newNs | newUts | newIpc | newPid | pidfd);
        assertThat(image.getLong(at + 32)).as("SIGCHLD").isEqualTo(17);
    }

    @Test
    void everyCallOfTheProgramIsKnownOnBothArchitectures() {
        for (Step step : steps(spec(true, true, true, "sh"), facts(1000, false))) {
            assertThat(SyscallTable.number(Abi.X86_64, step.call)).as(step.call).isPresent();
            assertThat(SyscallTable.number(Abi.AARCH64, step.call))
                    .as(step.call)
                    .isPresent();
        }
    }
}
