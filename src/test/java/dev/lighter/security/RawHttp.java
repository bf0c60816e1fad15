package dev.lighter.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests with exactly the headers that a test wants, which no ordinary client sends. */
final class RawHttp {
    private final SocketAddress address;
    private final String host;

    private RawHttp(SocketAddress address, String host) {
        this.address = address;
        this.host = host;
    }

    static RawHttp tcp(int port) {
        return new RawHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "127.0.0.1:" + port);
    }

    static RawHttp unix(Path socket) {
        return new RawHttp(UnixDomainSocketAddress.of(socket), "docker");
    }

    /** An answer. Header names are in lower case. */
    record Answer(int status, List<String> headers, String body) {
        String header(String name) {
            return headers(name).stream().findFirst().orElse("");
        }

        List<String> headers(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ": ";
            return headers.stream()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .toList();
        }

        /** The value of a cookie that the answer sets. */
        String cookie(String nameStart) {
            return headers("set-cookie").stream()
                    .filter(line -> line.startsWith(nameStart))
                    .map(line -> line.substring(0, line.indexOf(';')))
                    .findFirst()
                    .orElse("");
        }
    }

    Answer get(String path, String... headers) throws IOException {
        return send("GET", path, "", headers);
    }

    Answer post(String path, String body, String... headers) throws IOException {
        return send("POST", path, body, headers);
    }

    /** Sends a request; the Host header is the server's own unless the test names one. */
    Answer send(String method, String path, String body, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "Connection: close"));
        lines.addAll(List.of(headers));
        if (lines.stream().noneMatch(line -> line.startsWith("Host:"))) {
            lines.add("Host: " + host);
        }
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        if (!method.equals("GET")) {
            lines.add("Content-Length: " + content.length);
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        request.write(content);
        try (SocketChannel channel = open()) {
            channel.write(ByteBuffer.wrap(request.toByteArray()));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer piece = ByteBuffer.allocate(8192);
            while (channel.read(piece) >= 0) {
                answer.write(piece.array(), 0, piece.position());
                piece.clear();
            }
            return parse(answer.toString(StandardCharsets.ISO_8859_1));
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        channel.connect(address);
        return channel;
    }

    private static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        List<String> lines = List.of(text.substring(0, end).split("\r\n"));
        List<String> headers = lines.stream()
                .skip(1)
                .map(line -> {
                    int colon = line.indexOf(':');
                    return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
                })
                .toList();
        String body = text.substring(end + 4);
        return new Answer(
                Integer.parseInt(lines.get(0).split(" ")[1]),
                headers,
                utf8(headers.contains("transfer-encoding: chunked") ? joined(body) : body));
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Puts chunks together. */
    private static String joined(String chunks) {
        StringBuilder body = new StringBuilder();
        for (int at = 0; at < chunks.length(); ) {
            int lineEnd = chunks.indexOf("\r\n", at);
            int length = Integer.parseInt(chunks.substring(at, lineEnd), 16);
            body.append(chunks, lineEnd + 2, lineEnd + 2 + length);
            at = lineEnd + 2 + length + 2;
        }
        return body.toString();
    }
}
