package dev.lighter.kernel.inet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.IpPrefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0:8080",
        "::, [::]:8080",
        "::1, [::1]:8080",
        "fd00::, [fd00::]:8080",
        "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:8080",
        "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:8080",
        "1:0:0:2:0:0:0:3, [1:0:0:2::3]:8080",
        "1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]:8080",
    })
    void theNotationIsTheShortest(String address, String text) {
        assertThat(new SocketAddress(IpPrefix.address(address), 8080)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 1", "255.255.255.255, 65535", "fd00::ff, 33000"})
    void theKernelsFormIsReadBack(String address, int port) {
        SocketAddress original = new SocketAddress(IpPrefix.address(address), port);
        ByteBuffer memory = ByteBuffer.allocate(SocketAddress.MAX_BYTES).order(ByteOrder.nativeOrder());

        assertThat(original.encode(memory)).isEqualTo(original.family() == InetSocket.AF_INET ? 16 : 28);
        assertThat(SocketAddress.decode(memory)).isEqualTo(original);
    }
}
