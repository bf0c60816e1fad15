package dev.lighter.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A registry on loopback that answers as it is told, also as no registry should, and remembers what it was asked. */
public final class FakeRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** How something is answered. */
    @FunctionalInterface
    public interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    /** A request that came, with the body it brought. */
    public record Asked(String method, URI uri, Map<String, List<String>> headers, byte[] body) {
        public String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? "" : values.get(0);
        }

        @Override
        public String toString() {
            return method + " " + uri;
        }
    }

    public FakeRegistry() throws IOException {
        this(null);
    }

    /** @param tls the server's identity, or null for plain HTTP */
    public FakeRegistry(@Nullable SSLContext tls) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        if (tls == null) {
            server = HttpServer.create(address, 50);
        } else {
            HttpsServer secure = HttpsServer.create(address, 50);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secure;
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        on("GET /v2/", exchange -> send(exchange, 200, "{}"));
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        asked.add(new Asked(
                exchange.getRequestMethod(), exchange.getRequestURI(), Map.copyOf(exchange.getRequestHeaders()), body));
        String key =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        try (exchange) {
            Reply reply = replies.get(key);
            if (reply == null) {
                send(exchange, 404, "{\"errors\":[{\"code\":\"NOT_HERE\",\"message\":\"nothing is here\"}]}");
            } else {
                reply.to(exchange);
            }
        }
    }

    /** Says how to answer a request such as {@code GET /v2/app/manifests/1}. */
    public FakeRegistry on(String request, Reply reply) {
        replies.put(request, reply);
        return this;
    }

    /** Puts a blob into a repository, which knows ranges. */
    public FakeRegistry blob(String repository, String digest, byte[] bytes) {
        return on("GET /v2/" + repository + "/blobs/" + digest, exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            if (range == null) {
                send(exchange, 200, bytes);
                return;
            }
            int from = Integer.parseInt(range.replaceAll("\\D", ""));
            part(exchange, bytes, from);
        });
    }

    /** Answers with the bytes from an offset on. */
    public static void part(HttpExchange exchange, byte[] bytes, int from) throws IOException {
        exchange.getResponseHeaders()
                .add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        exchange.sendResponseHeaders(206, bytes.length - from);
        exchange.getResponseBody().write(bytes, from, bytes.length - from);
    }

    /** Puts a manifest into a repository, under a tag or digest. */
    public FakeRegistry manifest(String repository, String reference, String type, byte[] bytes) {
        return on("GET /v2/" + repository + "/manifests/" + reference, exchange -> {
            exchange.getResponseHeaders().add("Content-Type", type);
            send(exchange, 200, bytes);
        });
    }

    public static void send(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Announces so many bytes, sends these and hangs up. */
    public static void cutOff(HttpExchange exchange, int announced, byte[] body, int count) throws IOException {
        exchange.sendResponseHeaders(200, announced);
        exchange.getResponseBody().write(body, 0, count);
        exchange.getResponseBody().flush();
    }

    public static void redirect(HttpExchange exchange, int status, String location) throws IOException {
        exchange.getResponseHeaders().add("Location", location);
        exchange.sendResponseHeaders(status, -1);
    }

    /** The host and port, as references name it. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public String url() {
        return (server instanceof HttpsServer ? "https://" : "http://") + host();
    }

    /** The requests of a method to a path, in order. */
    public List<Asked> asked(String request) {
        return asked.stream()
                .filter(one -> (one.method() + " " + one.uri().getPath()).equals(request))
                .toList();
    }

    public List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
