package dev.lighter.network.firewall;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Sends and sees the first packet of an SCTP association (RFC 9260, section 3.3.2) on kernels that have no such sockets. */
final class SctpProbe implements AutoCloseable {
    private static final Syscall SOCKET = Syscall.named("socket");
    private static final Syscall SENDTO = Syscall.named("sendto");
    private static final Syscall RECVFROM = Syscall.named("recvfrom");
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int SCTP = 132;
    private static final int SOCKADDR_BYTES = 16;
    private static final int INIT_BYTES = 20;
    private static final int HEADER_BYTES = 12;
    private static final int PATIENCE_MILLIS = 10_000;

    /** From where to where. */
    record Packet(String source, int sourcePort, String destination, int destinationPort) {}

    private final Fd socket;

    private SctpProbe(Fd socket) {
        this.socket = socket;
    }

    static SctpProbe open(Host host) throws IOException {
        return host.namespace()
                .call(() -> new SctpProbe(Fd.of(SOCKET.call("sctp", AF_INET, SOCK_RAW | Fd.O_CLOEXEC, SCTP))));
    }

    void sendInit(int sourcePort, String to, int port) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + INIT_BYTES);
        packet.putShort((short) sourcePort).putShort((short) port).putInt(0).putInt(0);
        packet.put((byte) 1).put((byte) 0).putShort((short) INIT_BYTES);
        packet.putInt(0x4c696768)
                .putInt(65_536)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(1);
        CRC32C checksum = new CRC32C();
        checksum.update(packet.array());
        packet.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) checksum.getValue());
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer bytes = scope.buffer(packet.capacity());
            bytes.put(0, packet.array());
            ByteBuffer address = scope.buffer(SOCKADDR_BYTES);
            address.putShort(0, (short) AF_INET);
            address.put(4, IpPrefix.address(to).getAddress());
            SENDTO.call(
                    to,
                    socket.number(),
                    NativeScope.address(bytes),
                    packet.capacity(),
                    0,
                    NativeScope.address(address),
                    SOCKADDR_BYTES);
        }
    }

    Packet receive() throws IOException {
        if (!socket.awaitReadable(PATIENCE_MILLIS)) {
            throw new IOException("no packet of SCTP arrives");
        }
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer bytes = scope.buffer(2048);
            long count = RECVFROM.call("sctp", socket.number(), NativeScope.address(bytes), 2048, 0, 0, 0);
            byte[] packet = new byte[(int) count];
            bytes.get(0, packet);
            int header = 4 * (packet[0] & 0xf);
            ByteBuffer ports = ByteBuffer.wrap(packet, header, 4);
            return new Packet(
                    IpPrefix.address(Arrays.copyOfRange(packet, 12, 16)).getHostAddress(),
                    ports.getShort() & 0xffff,
                    IpPrefix.address(Arrays.copyOfRange(packet, 16, 20)).getHostAddress(),
                    ports.getShort() & 0xffff);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
