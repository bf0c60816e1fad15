package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.SyscallTable.Abi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as Linux has them: arch/x86/entry/syscalls/syscall_64.tbl, syscall_32.tbl and include/uapi/asm-generic/unistd.h. */
class SyscallTableTest {
    @ParameterizedTest
    @CsvSource({
        "read, 0, 63, 3",
        "write, 1, 64, 4",
        "close, 3, 57, 6",
        "ioctl, 16, 29, 54",
        "socket, 41, 198, 359",
        "execve, 59, 221, 11",
        "kill, 62, 129, 37",
        "umask, 95, 166, 60",
        "setresuid, 117, 147, 164",
        "capset, 126, 91, 185",
        "pivot_root, 155, 41, 217",
        "prctl, 157, 167, 172",
        "mount, 165, 40, 21",
        "umount2, 166, 39, 52",
        "sethostname, 170, 161, 74",
        "keyctl, 250, 219, 288",
        "openat, 257, 56, 295",
        "mknodat, 259, 33, 297",
        "unshare, 272, 97, 310",
        "splice, 275, 76, 313",
        "prlimit64, 302, 261, 340",
        "setns, 308, 268, 346",
        "seccomp, 317, 277, 354",
        "memfd_create, 319, 279, 356",
        "bpf, 321, 280, 357",
        "pidfd_send_signal, 424, 424, 424",
        "open_tree, 428, 428, 428",
        "move_mount, 429, 429, 429",
        "fsopen, 430, 430, 430",
        "pidfd_open, 434, 434, 434",
        "clone3, 435, 435, 435",
        "close_range, 436, 436, 436",
        "openat2, 437, 437, 437",
        "mount_setattr, 442, 442, 442"
    })
    void aCallHasItsNumberOnEachArchitecture(String name, int x86, int aarch64, int i386) {
        assertThat(SyscallTable.number(Abi.X86_64, name)).hasValue(x86);
        assertThat(SyscallTable.number(Abi.AARCH64, name)).hasValue(aarch64);
        assertThat(SyscallTable.number(Abi.I386, name)).hasValue(i386);
    }

    @Test
    void callsThatOnlyX86HasAreMissingOnAarch64() {
        for (String name : new String[] {"open", "fork", "mkdir", "pipe", "epoll_wait", "arch_prctl"}) {
            assertThat(SyscallTable.number(Abi.X86_64, name)).as(name).isPresent();
            assertThat(SyscallTable.number(Abi.AARCH64, name)).as(name).isEmpty();
        }
    }

    @Test
    void anUnknownCallIsNamed() {
        assertThatThrownBy(() -> SyscallTable.number("frobnicate")).hasMessageContaining("frobnicate");
        assertThat(SyscallTable.name(SyscallTable.number("openat2"))).isEqualTo("openat2");
        assertThat(SyscallTable.name(99_999)).isEqualTo("syscall_99999");
    }
}
