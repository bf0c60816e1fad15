package dev.lighter.engine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One HTTP connection over a unix socket, kept open between requests; small enough to be trusted in tests and fast enough to measure. */
public final class SocketHttp implements AutoCloseable {
    private final SocketChannel channel;
    private final OutputStream output;
    private final InputStream input;

    /** Connects. */
    public SocketHttp(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        output = Channels.newOutputStream(channel);
        input = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    }

    /** Sends a request with a JSON body (or none, when it is empty) and reads the whole answer. */
    public Answer request(String method, String path, String body) throws IOException {
        return request(method, path, body.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json"), body);
    }

    /** Sends a request and reads the whole answer. */
    public Answer request(String method, String path, Map<String, String> headers, String body) throws IOException {
        return request(method, path, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with a body of bytes. */
    public Answer request(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        send(method, path, headers, body);
        return receive(method);
    }

    /** Sends a request only. */
    public void send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        output.write(all);
    }

    /** Reads an answer to its end. */
    public Answer receive(String method) throws IOException {
        Answer head = receiveHead();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            return head;
        }
        if ("chunked".equals(head.headers().get("transfer-encoding"))) {
            for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                body.write(chunk);
            }
        } else if (head.headers().containsKey("content-length")) {
            body.write(input.readNBytes(Integer.parseInt(head.headers().getOrDefault("content-length", "0"))));
        } else {
            input.transferTo(body);
        }
        return new Answer(head.status(), head.headers(), body.toByteArray());
    }

    /** Reads the status and the headers only. */
    public Answer receiveHead() throws IOException {
        String status = line();
        Map<String, String> headers = new HashMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        return new Answer(Integer.parseInt(status.split(" ")[1]), headers, new byte[0]);
    }

    /** Reads the next chunk of a body; empty at its end. */
    public byte[] chunk() throws IOException {
        byte[] chunk = input.readNBytes(Integer.parseInt(line(), 16));
        line();
        return chunk;
    }

    /** Reads past the next chunk of a body; gives its length, 0 at the end. */
    public int skipChunk() throws IOException {
        int length = Integer.parseInt(line(), 16);
        input.skipNBytes(length);
        line();
        return length;
    }

    /** Sends a request whose body is a file. */
    public void sendFile(String method, String path, String type, Path file) throws IOException {
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                + "\r\nContent-Length: " + Files.size(file) + "\r\n\r\n";
        output.write(head.getBytes(StandardCharsets.UTF_8));
        try (InputStream content = Files.newInputStream(file)) {
            content.transferTo(output);
        }
    }

    /** What comes behind the headers, for connections that were taken over. */
    public InputStream input() {
        return input;
    }

    /** What the other side gets, for connections that were taken over. */
    public OutputStream output() {
        return output;
    }

    /** Closes this side's half. */
    public void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = input.read(); c != '\n'; c = input.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended in the middle of an answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
