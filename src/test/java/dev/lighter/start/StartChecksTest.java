package dev.lighter.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.KernelVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartChecksTest {
    @TempDir
    private Path directory;

    @Test
    void anotherUserThanRootIsToldToUseSudo() {
        assertThatThrownBy(() -> StartChecks.requireRights(List.of("Uid:\t1000\t1000\t1000\t1000", "CapEff:\t0")))
                .isInstanceOfSatisfying(
                        StartFailure.class,
                        failure -> assertThat(failure.remedy()).contains("sudo"));
    }

    @Test
    void rootWithoutTheRightToMountIsTold() {
        List<String> status = List.of("Uid:\t0\t0\t0\t0", "CapEff:\t00000000a80425fb");

        assertThatThrownBy(() -> StartChecks.requireRights(status)).hasMessageContaining("CAP_SYS_ADMIN");
        assertThatCode(() -> StartChecks.requireRights(List.of("Uid:\t0\t0\t0\t0", "CapEff:\t000001ffffffffff")))
                .doesNotThrowAnyException();
    }

    @Test
    void anOldKernelIsNamedWithWhatIsNeeded() {
        assertThatThrownBy(() -> StartChecks.requireKernel(new KernelVersion(4, 19), directory))
                .hasMessageContaining("Linux 4.19")
                .hasMessageContaining("5.10");
    }

    @Test
    void missingFeaturesOfTheKernelAreNamed() throws IOException {
        KernelVersion version = new KernelVersion(6, 1);
        assertThatThrownBy(() -> StartChecks.requireKernel(version, directory)).hasMessageContaining("namespaces");
        Path namespaces = Files.createDirectories(directory.resolve("self/ns"));
        for (String name : List.of("mnt", "pid", "net", "uts", "ipc", "cgroup")) {
            Files.createFile(namespaces.resolve(name));
        }
        assertThatThrownBy(() -> StartChecks.requireKernel(version, directory))
                .hasMessageContaining("filters of system calls");
        Path kernel = Files.createDirectories(directory.resolve("sys/kernel/seccomp"));
        Files.createFile(kernel.resolve("actions_avail"));
        Files.writeString(directory.resolve("sys/kernel/osrelease"), "6.1.0-none\n");
        Files.writeString(directory.resolve("filesystems"), "nodev\tproc\n\text4\n");
        assertThatThrownBy(() -> StartChecks.requireKernel(version, directory)).hasMessageContaining("overlay");
        Files.writeString(directory.resolve("filesystems"), "nodev\tproc\nnodev\toverlay\n");
        assertThatCode(() -> StartChecks.requireKernel(version, directory)).doesNotThrowAnyException();
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = listener.getLocalPort();
            assertThatThrownBy(() -> StartChecks.requireFreePort("127.0.0.1", port))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("Port " + port + " of 127.0.0.1");
        }
    }

    @Test
    void aSocketInUseIsNamedAndOneLeftBehindIsNoObstacle() throws IOException {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> StartChecks.requireFreeSocket(socket))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(socket.toString());
        }
        assertThatCode(() -> StartChecks.requireFreeSocket(socket)).doesNotThrowAnyException();
    }

    @Test
    void aSocketPathThatIsAFileOrTooLongIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> StartChecks.requireFreeSocket(file)).hasMessageContaining("no socket");
        assertThatThrownBy(() -> StartChecks.requireFreeSocket(directory.resolve("x".repeat(200))))
                .hasMessageContaining("107");
    }

    @Test
    void aDataDirectoryHasOneEngineAtATime() throws IOException {
        Path data = directory.resolve("data");
        DataLock first = DataLock.take(data);
        assertThatThrownBy(() -> DataLock.take(data))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        first.close();

        DataLock.take(data).close();
    }

    @Test
    void aDataDirectoryThatCannotBeIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> DataLock.take(file.resolve("data")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(file.resolve("data").toString());
    }
}
