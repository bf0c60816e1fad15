package dev.lighter.kernel.inet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.inet.InetSocket.Transport;
import dev.lighter.kernel.netlink.IpPrefix;
import java.net.Socket;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InetSocketTest {
    private static final SocketAddress LOOPBACK = new SocketAddress(IpPrefix.address("127.0.0.1"), 0);

    @Test
    void ipv6LeavesIpv4Alone() throws Exception {
        try (InetSocket six = InetSocket.open(InetSocket.AF_INET6, Transport.TCP);
                InetSocket four = InetSocket.open(InetSocket.AF_INET, Transport.TCP)) {
            six.bind(new SocketAddress(IpPrefix.address("::"), 0));
            four.bind(new SocketAddress(
                    IpPrefix.address("0.0.0.0"), six.localAddress().port()));

            assertThat(four.localAddress().port()).isEqualTo(six.localAddress().port());
        }
    }

    @Test
    void anAddressThatIsTakenIsAnErrorWithItsNumber() throws Exception {
        try (InetSocket one = InetSocket.open(InetSocket.AF_INET, Transport.UDP);
                InetSocket two = InetSocket.open(InetSocket.AF_INET, Transport.UDP)) {
            one.bind(LOOPBACK);

            assertThatThrownBy(() -> two.bind(one.localAddress()))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EADDRINUSE)).isTrue())
                    .hasMessageContaining(one.localAddress().toString());
        }
    }

    @Test
    void whatWasPeekedStaysUntilItIsDiscarded() throws Exception {
        try (InetSocket server = InetSocket.open(InetSocket.AF_INET, Transport.TCP);
                NativeScope scope = NativeScope.open()) {
            server.bind(LOOPBACK);
            server.listen(1);
            assertThat(server.accept()).isNull();
            long memory = scope.allocate(16);
            try (Socket client =
                            new Socket(LOOPBACK.address(), server.localAddress().port());
                    InetSocket served = Objects.requireNonNull(server.accept())) {
                assertThat(served.peek(memory, 16)).isEqualTo(-Errno.EAGAIN);
                client.getOutputStream().write(new byte[10]);
                assertThat(served.fd().awaitReadable(10_000)).isTrue();

                assertThat(served.peek(memory, 16)).isEqualTo(10);
                assertThat(served.discard(4)).isEqualTo(4);
                assertThat(served.receive(memory, 16)).isEqualTo(6);
            }
        }
    }
}
