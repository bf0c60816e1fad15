package dev.lighter.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.KernelVersion;
import dev.lighter.kernel.SyscallTable;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeccompFilterTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final int ENOSYS = 0x00050026;
    private static final int KILL = 0x80000000;
    private static final int I386 = 0x40000003;
    private static final int MOST_INSTRUCTIONS = 4096;
    private static final Set<String> ALL = Set.copyOf(Capabilities.NAMES);

    private static int verdict(Arch arch, Set<String> capabilities, String call, long... arguments) {
        int number = SyscallTable.number(SyscallTable.Abi.of(arch), call).orElseThrow();
        return new FilterMachine(SeccompFilter.compile(arch, capabilities)).run(arch.auditArch(), number, arguments);
    }

    @ParameterizedTest
    @EnumSource
    void ordinaryCallsPassAndDangerousOnesAreRefused(Arch arch) {
        for (String call : List.of("read", "openat", "execve", "mmap", "futex", "exit_group", "ptrace", "fchownat")) {
            assertThat(verdict(arch, Capabilities.DEFAULT, call)).as(call).isEqualTo(ALLOW);
        }
        for (String call : List.of(
                "mount",
                "keyctl",
                "add_key",
                "bpf",
                "unshare",
                "setns",
                "reboot",
                "init_module",
                "io_uring_setup",
                "userfaultfd",
                "kexec_load",
                "swapon",
                "pivot_root",
                "open_by_handle_at",
                "syslog",
                "settimeofday")) {
            assertThat(verdict(arch, Capabilities.DEFAULT, call)).as(call).isEqualTo(EPERM);
        }
        assertThat(verdict(arch, Capabilities.DEFAULT, "chroot")).isEqualTo(ALLOW);
        assertThat(verdict(arch, Set.of(), "chroot")).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource
    void capabilitiesOpenTheirCalls(Arch arch) {
        assertThat(verdict(arch, Set.of("CAP_SYS_ADMIN"), "mount")).isEqualTo(ALLOW);
        assertThat(verdict(arch, Set.of("SYS_TIME"), "settimeofday")).isEqualTo(ALLOW);
        assertThat(verdict(arch, Set.of("CAP_BPF"), "bpf")).isEqualTo(ALLOW);
        assertThat(verdict(arch, Set.of("CAP_SYSLOG"), "syslog")).isEqualTo(ALLOW);
        assertThat(verdict(arch, ALL, "keyctl")).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource
    void newNamespacesNeedTheAdministrator(Arch arch) {
        for (long flag : new long[] {0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000}) {
            assertThat(verdict(arch, Set.of(), "clone", flag | 17)).isEqualTo(EPERM);
            assertThat(verdict(arch, Set.of("CAP_SYS_ADMIN"), "clone", flag | 17))
                    .isEqualTo(ALLOW);
        }
        assertThat(verdict(arch, Set.of(), "clone", 0x003d0f00)).isEqualTo(ALLOW);
        assertThat(verdict(arch, Set.of(), "clone3")).isEqualTo(ENOSYS);
        assertThat(verdict(arch, Set.of("CAP_SYS_ADMIN"), "clone3")).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource
    void socketsOfTheHypervisorAndOfKernelCryptographyAreRefusedHoweverTheNumberIsDressed(Arch arch) {
        for (long family : new long[] {1, 2, 10, 16, 17, 37, 39, 41, 44}) {
            assertThat(verdict(arch, Set.of(), "socket", family))
                    .as("family %d", family)
                    .isEqualTo(ALLOW);
        }
        for (long family : new long[] {38, 40, 1L << 32 | 40, 1L << 32 | 38}) {
            assertThat(verdict(arch, Set.of(), "socket", family))
                    .as("family %d", family)
                    .isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource
    void personalityTakesOnlyHarmlessValues(Arch arch) {
        for (long value : new long[] {0, 8, 0x20000, 0x20008, 0xffffffffL}) {
            assertThat(verdict(arch, Set.of(), "personality", value)).isEqualTo(ALLOW);
        }
        for (long value : new long[] {0x0040000, 0x0400000, 1, 0x100000000L}) {
            assertThat(verdict(arch, Set.of(), "personality", value)).isEqualTo(EPERM);
        }
    }

    @Test
    void tracingIsRefusedWhereAKernelLetsTracersGetAround() {
        int ptrace = SyscallTable.number("ptrace");
        byte[] old = SeccompFilter.compile(Arch.host(), new KernelVersion(4, 7), Set.of());
        byte[] oldWith = SeccompFilter.compile(Arch.host(), new KernelVersion(4, 7), Set.of("CAP_SYS_PTRACE"));

        assertThat(new FilterMachine(old).run(Arch.host().auditArch(), ptrace)).isEqualTo(EPERM);
        assertThat(new FilterMachine(oldWith).run(Arch.host().auditArch(), ptrace))
                .isEqualTo(ALLOW);
    }

    @Test
    void thirtyTwoBitProgramsAreFilteredByTheirOwnNumbers() {
        FilterMachine machine = new FilterMachine(SeccompFilter.compile(Arch.X86_64, Set.of()));

        assertThat(machine.run(I386, 4)).as("write").isEqualTo(ALLOW);
        assertThat(machine.run(I386, 21)).as("mount").isEqualTo(EPERM);
        assertThat(machine.run(I386, 102)).as("socketcall").isEqualTo(ALLOW);
        assertThat(machine.run(I386, 359, 40)).as("socket").isEqualTo(EPERM);
        assertThat(machine.run(I386, 120, 0x10000000)).as("clone").isEqualTo(EPERM);
    }

    @Test
    void otherArchitecturesAreKilledAndX32IsUnknown() {
        FilterMachine machine = new FilterMachine(SeccompFilter.compile(Arch.X86_64, ALL));

        assertThat(machine.run(Arch.X86_64.auditArch(), 0x40000000)).isEqualTo(ENOSYS);
        assertThat(machine.run(Arch.X86_64.auditArch(), -1)).isEqualTo(ENOSYS);
        assertThat(machine.run(Arch.AARCH64.auditArch(), 64)).isEqualTo(KILL);
        assertThat(new FilterMachine(SeccompFilter.compile(Arch.AARCH64, ALL)).run(0x40000028, 4))
                .isEqualTo(KILL);
    }

    @ParameterizedTest
    @EnumSource
    void callsNewerThanTheListAreUnknownSoThatProgramsFallBack(Arch arch) {
        FilterMachine machine = new FilterMachine(SeccompFilter.compile(arch, Set.of()));

        assertThat(machine.run(arch.auditArch(), 600)).isEqualTo(ENOSYS);
        assertThat(machine.run(arch.auditArch(), 425)).as("io_uring_setup").isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource
    void theFilterIsSmallAndShallow(Arch arch) {
        for (Set<String> capabilities : List.of(Set.<String>of(), Capabilities.DEFAULT, ALL)) {
            byte[] code = SeccompFilter.compile(arch, capabilities);
            FilterMachine machine = new FilterMachine(code);
            assertThat(code.length / 8).isLessThanOrEqualTo(MOST_INSTRUCTIONS / 4);
            for (int number = 0; number < 500; number++) {
                machine.run(arch.auditArch(), number);
                assertThat(machine.steps()).as("call %d", number).isLessThanOrEqualTo(32);
            }
            machine.run(
                    arch.auditArch(),
                    SyscallTable.number(SyscallTable.Abi.of(arch), "read").orElseThrow());
            assertThat(machine.steps()).isLessThanOrEqualTo(15);
            System.out.printf(
                    "%s with %d capabilities: %d instructions, read costs %d%n",
                    arch, capabilities.size(), code.length / 8, machine.steps());
        }
    }

    @Test
    void theArrayGivenOutIsACopy() {
        byte[] first = SeccompFilter.compile(Arch.host(), Set.of());
        first[0] = 99;

        assertThat(SeccompFilter.compile(Arch.host(), Set.of())[0]).isNotEqualTo((byte) 99);
    }

    @Test
    void aListThatCannotBeUnderstoodIsRefusedWithItsLine() {
        for (String line : List.of(
                "nonsense",
                "allow with CAP_FLY:",
                "errno EWHAT:",
                "allow arg9 = 1:",
                "allow arg0 < 1:",
                "allow with:")) {
            assertThatThrownBy(() -> FilterRule.parse(List.of(line))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyNameInTheListIsACallOfSomeMachine() {
        for (FilterRule rule : FilterRule.load()) {
            for (String call : rule.calls()) {
                boolean known = List.of(SyscallTable.Abi.values()).stream()
                        .anyMatch(abi -> SyscallTable.number(abi, call).isPresent());
                assertThat(known).as(call).isTrue();
            }
        }
    }
}
