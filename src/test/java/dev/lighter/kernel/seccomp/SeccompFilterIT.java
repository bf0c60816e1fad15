package dev.lighter.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** The filter in the running kernel: a filter belongs to one thread, so a thread that ends afterwards is enough to try it. */
class SeccompFilterIT {
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int AF_UNIX = 1;
    private static final int AF_VSOCK = 40;
    private static final int CLONE_NEWUSER = 0x10000000;
    private static final long QUERY = 0xffffffffL;

    private record Attempt(Syscall call, long first) {}

    private static final Map<String, Attempt> ATTEMPTS = new LinkedHashMap<>();

    static {
        attempt("getppid", 0);
        attempt("personality", QUERY);
        attempt("personality", 0x0400000);
        attempt("socket", AF_VSOCK);
        // With what a call refuses by itself (here: EFAULT, EBADF, EINVAL), so that nothing happens where it is let
        // through.
        attempt("mount", 0);
        attempt("unshare", CLONE_NEWUSER);
        attempt("keyctl", 9999);
        attempt("bpf", 9999);
        attempt("clone3", 0);
        attempt("open_tree_attr", 9999);
        attempt("setns", 9999);
        attempt("chroot", 0);
    }

    private static void attempt(String call, long first) {
        ATTEMPTS.put(call + "(" + first + ")", new Attempt(Syscall.named(call), first));
    }

    private static Map<String, Long> underFilter(Set<String> capabilities) throws Exception {
        Syscall seccomp = Syscall.named("seccomp");
        Syscall close = Syscall.named("close");
        FutureTask<Map<String, Long>> task = new FutureTask<>(() -> {
            byte[] code = SeccompFilter.compile(Arch.host(), capabilities);
            try (NativeScope scope = NativeScope.open()) {
                ByteBuffer filter = scope.buffer(code.length).put(0, code);
                ByteBuffer program = scope.buffer(16);
                program.putShort(0, (short) (code.length / 8)).putLong(8, NativeScope.address(filter));
                seccomp.call("install", SECCOMP_SET_MODE_FILTER, 0, NativeScope.address(program));
            }
            List<String> status = Files.readAllLines(Path.of("/proc/thread-self/status"));
            assertThat(status).contains("Seccomp:\t2");
            Map<String, Long> results = new LinkedHashMap<>();
            ATTEMPTS.forEach((name, one) -> results.put(name, one.call.raw(one.first, 0, 0)));
            long socket = Syscall.named("socket").raw(AF_UNIX, 1, 0);
            results.put("unix socket", socket);
            close.raw(socket, 0, 0);
            return results;
        });
        Thread thread = new Thread(task, "filtered");
        thread.start();
        thread.join();
        return task.get();
    }

    @Test
    void theDefaultFilterRefusesWhatAContainerMustNotDo() throws Exception {
        Map<String, Long> results = underFilter(Capabilities.DEFAULT);

        assertThat(results.get("getppid(0)")).isPositive();
        assertThat(results.get("personality(" + QUERY + ")")).isNotNegative();
        assertThat(results.get("unix socket")).isPositive();
        assertThat(results.get("chroot(0)")).isEqualTo(-14);
        for (String refused : List.of(
                "personality(4194304)",
                "socket(40)",
                "mount(0)",
                "unshare(" + CLONE_NEWUSER + ")",
                "keyctl(9999)",
                "bpf(9999)",
                "setns(9999)")) {
            assertThat(results.get(refused)).as(refused).isEqualTo(-Errno.EPERM);
        }
        assertThat(results.get("clone3(0)")).isEqualTo(-Errno.ENOSYS);
        assertThat(results.get("open_tree_attr(9999)")).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void anAdministratorGetsThroughToTheKernelItself() throws Exception {
        Map<String, Long> results = underFilter(Set.of("CAP_SYS_ADMIN"));

        assertThat(results.get("mount(0)")).isEqualTo(-14);
        assertThat(results.get("clone3(0)")).isEqualTo(-Errno.EINVAL);
        assertThat(results.get("setns(9999)")).isEqualTo(-Errno.EBADF);
        assertThat(results.get("bpf(9999)")).isNotEqualTo(-Errno.EPERM);
        assertThat(results.get("keyctl(9999)")).isEqualTo(-Errno.EPERM);
        assertThat(results.get("chroot(0)")).isEqualTo(-Errno.EPERM);
    }
}
