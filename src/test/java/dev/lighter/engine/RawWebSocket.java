package dev.lighter.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** A WebSocket client that shows every frame and sends what a test wants, over TCP or a unix socket, which Java's own cannot. */
public final class RawWebSocket implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** The example of RFC 6455, section 1.3, and what is answered to it. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final SocketChannel channel;
    private final DataInputStream input;
    private final OutputStream output;
    private final String head;

    private RawWebSocket(SocketAddress address, String request) throws IOException {
        channel = SocketChannel.open(
                address instanceof UnixDomainSocketAddress ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET);
        channel.connect(address);
        input = new DataInputStream(Channels.newInputStream(channel));
        output = Channels.newOutputStream(channel);
        output.write(request.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder lines = new StringBuilder();
        while (lines.indexOf("\r\n\r\n") < 0) {
            lines.append((char) input.readUnsignedByte());
        }
        head = lines.toString();
    }

    private static String handshake(String path, String host, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + KEY + "\r\n" + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    /** Opens one on a unix socket. */
    public static RawWebSocket unix(Path socket, String path, String... headers) throws IOException {
        return new RawWebSocket(UnixDomainSocketAddress.of(socket), handshake(path, "docker", headers));
    }

    /** Opens one on TCP, on this machine. */
    public static RawWebSocket tcp(int port, String path, String... headers) throws IOException {
        return new RawWebSocket(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                handshake(path, "127.0.0.1:" + port, headers));
    }

    /** The status of the answer to the handshake. */
    public int status() {
        return Integer.parseInt(head.split(" ")[1]);
    }

    /** Whether the answer proves that the other side speaks the protocol. */
    public boolean isAccepted() {
        return status() == 101 && head.contains("Sec-WebSocket-Accept: " + ACCEPT + "\r\n");
    }

    /** Why it was refused. */
    public String refusal() throws IOException {
        String small = head.toLowerCase(Locale.ROOT);
        StringBuilder length = new StringBuilder(small.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        int radix = 10;
        if (small.contains("transfer-encoding: chunked")) {
            radix = 16;
            length.setLength(0);
            for (int digit = input.read(); digit != '\n'; digit = input.read()) {
                length.append((char) digit);
            }
        }
        int bytes = Integer.parseInt(length.toString().strip(), radix);
        return new String(input.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    /** One frame. */
    public record Frame(int opcode, byte[] body) {
        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The code of a farewell. */
        public int code() {
            return (body[0] & 0xff) << 8 | body[1] & 0xff;
        }

        /** The reason in a farewell. */
        public String reason() {
            return new String(body, 2, body.length - 2, StandardCharsets.UTF_8);
        }
    }

    /** Sends a whole message, masked as clients must. */
    public void send(int opcode, String text) throws IOException {
        sendFrame(0x80 | opcode, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a frame with this first byte. */
    public void sendFrame(int first, byte[] body) throws IOException {
        output.write(frame(first, body));
    }

    /** A frame as clients send it. */
    public static byte[] frame(int first, byte[] body) {
        byte[] mask = {0x37, (byte) 0xfa, 0x21, 0x3d};
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (body.length < 126) {
            frame.write(0x80 | body.length);
        } else if (body.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(body.length >> 8);
            frame.write(body.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) body.length >> shift));
            }
        }
        frame.writeBytes(mask);
        for (int i = 0; i < body.length; i++) {
            frame.write(body[i] ^ mask[i % 4]);
        }
        return frame.toByteArray();
    }

    /** The next frame; fails at the end of the connection. */
    public Frame receive() throws IOException {
        int opcode = input.readUnsignedByte() & 0x0f;
        long length = input.readUnsignedByte();
        if (length == 126) {
            length = input.readUnsignedShort();
        } else if (length == 127) {
            length = input.readLong();
        }
        byte[] body = new byte[(int) length];
        input.readFully(body);
        return new Frame(opcode, body);
    }

    /** Reads until the data that came has this in it; gives all of it. */
    public String until(String wanted) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf(wanted) < 0) {
            Frame frame = receive();
            if (frame.opcode() == CLOSE) {
                throw new EOFException("closed (" + frame.reason() + ") after: " + heard);
            }
            heard.append(frame.text());
        }
        return heard.toString();
    }

    /** Reads until the farewell, gives it. */
    public Frame farewell() throws IOException {
        Frame frame = receive();
        while (frame.opcode() != CLOSE) {
            frame = receive();
        }
        return frame;
    }

    /** Whether the other side has closed the connection. */
    public boolean isAtEnd() throws IOException {
        return input.read() < 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
