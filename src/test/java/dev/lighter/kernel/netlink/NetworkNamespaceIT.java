package dev.lighter.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Processes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkNamespaceIT {
    private static String own() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    }

    @Test
    void aNewNamespaceIsAnotherAndTheCallersStays() throws Exception {
        String before = own();
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertThat(namespace.identity()).matches("net:\\[\\d+]").isNotEqualTo(before);
            assertThat(namespace.call(NetworkNamespaceIT::own)).isEqualTo(namespace.identity());
        }
        assertThat(own()).isEqualTo(before);
    }

    @Test
    void aMountKeepsItWhenTheDescriptorIsClosed(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("kept");
        String identity;
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            identity = namespace.identity();
            namespace.keepAt(file);
        }
        try (NetworkNamespace again = NetworkNamespace.at(file)) {
            assertThat(again.identity()).isEqualTo(identity);
        } finally {
            NetworkNamespace.forget(file);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void settingsAreThoseOfTheNamespace() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                NetworkNamespace host = NetworkNamespace.current()) {
            String before = host.setting("ipv4/ip_local_port_range");
            namespace.set("ipv4/ip_local_port_range", "20000\t20100", "ipv4/conf/lo/route_localnet", "1");

            assertThat(namespace.setting("ipv4/ip_local_port_range")).isEqualTo("20000\t20100");
            assertThat(namespace.setting("ipv4/conf/lo/route_localnet")).isEqualTo("1");
            assertThat(host.setting("ipv4/ip_local_port_range")).isEqualTo(before);
        }
    }

    @Test
    void aSettingThatIsNoneIsRefused() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertThatExceptionOfType(NoSuchFileException.class)
                    .isThrownBy(() -> namespace.set("ipv4/conf/nowhere/forwarding", "1"));
            assertThatIllegalArgumentException().isThrownBy(() -> namespace.set("../kernel/hostname", "x"));
            assertThatIllegalArgumentException().isThrownBy(() -> namespace.set("ipv4/ip_forward"));
        }
    }

    @Test
    void socketsStayWhereTheyWereOpened() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                ServerSocketChannel inside = namespace.call(ServerSocketChannel::open);
                ServerSocketChannel here = ServerSocketChannel.open()) {
            inside.bind(new InetSocketAddress(0));
            // The same port is free here only because the other socket is elsewhere.
            here.bind(new InetSocketAddress(((InetSocketAddress) inside.getLocalAddress()).getPort()));

            assertThat(here.getLocalAddress()).isNotNull();
        }
    }

    @Test
    void aPidfdLeadsToTheProcesssNamespace() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            Process process = namespace.call(() -> new ProcessBuilder("sleep", "60").start());
            try (Fd pidfd = Processes.pidfd((int) process.pid());
                    NetworkNamespace ofProcess = NetworkNamespace.ofProcess(pidfd)) {
                assertThat(ofProcess.identity()).isEqualTo(namespace.identity());
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void theFailureOfATaskReachesTheCaller() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertThatExceptionOfType(NoSuchFileException.class)
                    .isThrownBy(() -> namespace.call(() -> Files.readString(Path.of("/proc/nowhere"))));
            assertThatThrownBy(() -> namespace.call(() -> {
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no");
        }
    }
}
