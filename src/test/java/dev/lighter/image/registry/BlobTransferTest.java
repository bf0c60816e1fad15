package dev.lighter.image.registry;

import static dev.lighter.image.registry.FakeRegistry.cutOff;
import static dev.lighter.image.registry.FakeRegistry.part;
import static dev.lighter.image.registry.FakeRegistry.redirect;
import static dev.lighter.image.registry.FakeRegistry.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that come and leave over connections that break and servers that do not say the truth. */
class BlobTransferTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final String BLOB = "GET /v2/app/blobs/" + DIGEST;
    private static final String START = "POST /v2/app/blobs/uploads/";
    private static final Credentials ALICE = new Credentials("alice", "secret", "", "", "");

    private final FakeRegistry registry;
    private final FakeRegistry other;
    private final byte[] content = new byte[200_000];

    BlobTransferTest() throws IOException {
        registry = new FakeRegistry();
        other = new FakeRegistry();
        new Random(1).nextBytes(content);
    }

    @AfterEach
    void close() {
        registry.close();
        other.close();
    }

    private byte[] read(long offset) throws IOException {
        return read(offset, RegistryClientTest.settings());
    }

    private byte[] read(long offset, RegistrySettings settings) throws IOException {
        PullSource source = new RegistryConnections(settings).pull(registry.host(), "app", Credentials.NONE);
        try (BlobReader reader = source.blob(DIGEST, content.length, offset)) {
            return reader.readAllBytes();
        }
    }

    @Test
    void aBlobComesWhole() throws IOException {
        registry.blob("app", DIGEST, content);
        assertThat(read(0)).isEqualTo(content);
    }

    @Test
    void aBlobComesFromAnOffsetOn() throws IOException {
        registry.blob("app", DIGEST, content);
        assertThat(read(150_000)).isEqualTo(Arrays.copyOfRange(content, 150_000, content.length));
        assertThat(registry.asked(BLOB).get(0).header("Range")).isEqualTo("bytes=150000-");
    }

    @Test
    void nothingIsAskedForWhatIsAllHere() throws IOException {
        assertThat(read(content.length)).isEmpty();
        assertThat(registry.asked()).isEmpty();
    }

    @Test
    void aConnectionThatBreaksIsResumedBehindTheLastByte() throws IOException {
        AtomicInteger count = new AtomicInteger();
        registry.on(BLOB, exchange -> {
            if (count.incrementAndGet() == 1) {
                cutOff(exchange, content.length, content, 70_000);
            } else {
                part(
                        exchange,
                        content,
                        Integer.parseInt(
                                exchange.getRequestHeaders().getFirst("Range").replaceAll("\\D", "")));
            }
        });
        assertThat(read(0)).isEqualTo(content);
        assertThat(registry.asked(BLOB).get(1).header("Range")).isEqualTo("bytes=70000-");
    }

    @Test
    void aServerThatKnowsNoRangesIsReadPastWhatIsHere() throws IOException {
        AtomicInteger count = new AtomicInteger();
        registry.on(BLOB, exchange -> {
            if (count.incrementAndGet() == 1) {
                cutOff(exchange, content.length, content, 70_000);
            } else {
                send(exchange, 200, content);
            }
        });
        assertThat(read(0)).isEqualTo(content);
    }

    @Test
    void everyStepForwardGivesNewAttempts() throws IOException {
        registry.on(BLOB, exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            int end = Math.min(from + 20_000, content.length);
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
            exchange.getResponseBody().write(content, from, end - from);
            exchange.getResponseBody().flush();
        });
        assertThat(read(0)).isEqualTo(content);
    }

    @Test
    void aConnectionThatAlwaysBreaksAtOnceIsGivenUp() {
        registry.on(BLOB, exchange -> cutOff(exchange, content.length, content, 0));
        assertThatThrownBy(() -> read(0)).isInstanceOf(RegistryException.class);
        assertThat(registry.asked(BLOB)).hasSize(3);
    }

    @Test
    void aBlobThatRestsIsGivenUp() {
        registry.on(BLOB, exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 10);
            exchange.getResponseBody().flush();
            try {
                Thread.sleep(3000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> read(0, RegistryClientTest.settings(Duration.ofMillis(300))))
                .hasMessageContaining("has sent nothing");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 199_999})
    void aBlobThatIsShorterThanItsManifestSaysIsRefused(int length) {
        registry.on(BLOB, exchange -> send(exchange, 200, Arrays.copyOf(content, length)));
        assertThatThrownBy(() -> read(0)).isInstanceOf(RegistryException.class);
    }

    @Test
    void aBlobThatIsAnnouncedLongerIsNotRead() {
        registry.on(BLOB, exchange -> exchange.sendResponseHeaders(200, content.length + 1L));
        assertThatThrownBy(() -> read(0)).hasMessageContaining("is longer than the 200000 bytes");
    }

    @Test
    void aBlobThatDoesNotEndIsRefused() {
        registry.on(BLOB, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(content);
            }
        });
        assertThatThrownBy(() -> read(0)).hasMessageContaining("is longer than the 200000 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes 0-9",
                "bytes 150001-199999/200000",
                "bytes 150000-199999/200001",
                "bytes 150000-199999/7",
                "items 1-2/3",
                "bytes 99999999999999999999-1/2"
            })
    void aPartThatIsNotWhatWasAskedForIsRefused(String range) {
        registry.on(BLOB, exchange -> {
            exchange.getResponseHeaders().add("Content-Range", range);
            sendEnd(exchange, content);
        });
        assertThatThrownBy(() -> read(150_000)).isInstanceOf(RegistryException.class);
    }

    private static void sendEnd(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(206, 50_000);
        exchange.getResponseBody().write(body, 150_000, 50_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410, 416, 429, 500})
    void aBlobThatIsNotGivenFails(int status) {
        registry.on(BLOB, exchange -> send(exchange, status, "{}"));
        assertThatThrownBy(() -> read(0)).isInstanceOf(RegistryException.class);
    }

    @Test
    void aBlobComesFromWhereARedirectionLeads() throws IOException {
        registry.on(BLOB, exchange -> redirect(exchange, 307, other.url() + "/storage?signature=1"));
        other.on("GET /storage", exchange -> send(exchange, 200, content));
        assertThat(read(0)).isEqualTo(content);
    }

    @Test
    void whatAMirrorDoesNotHaveComesFromTheNextPlace() throws IOException {
        other.blob("app", DIGEST, content);
        RegistryConnections connections =
                new RegistryConnections(RegistryClientTest.settings(registry.url(), other.url()));
        try (BlobReader reader = connections.pull("example.com", "app", ALICE).blob(DIGEST, content.length, 0)) {
            assertThat(reader.readAllBytes()).isEqualTo(content);
        }
    }

    /** What is sent in these tests: of more than one piece. */
    private final class Outgoing implements OutgoingBlob {
        private final int size;
        private final List<Long> told = new CopyOnWriteArrayList<>();

        Outgoing(int size) {
            this.size = size;
        }

        @Override
        public String digest() {
            return DIGEST;
        }

        @Override
        public long sizeBytes() {
            return size;
        }

        @Override
        public InputStream open(long offset) {
            return new ByteArrayInputStream(content, (int) offset, size - (int) offset);
        }

        @Override
        public void sent(long bytes) {
            told.add(bytes);
        }
    }

    private boolean push(Outgoing blob, String from) throws IOException {
        return new RegistryConnections(RegistryClientTest.settings())
                .push(registry.host(), "app", ALICE)
                .push(blob, from);
    }

    private void accept(String place) {
        registry.on(START, exchange -> redirect(exchange, 202, place));
    }

    @Test
    void aSmallBlobIsSentInOnePiece() throws IOException {
        accept("/upload?state=1");
        registry.on("PUT /upload", exchange -> send(exchange, 201, ""));
        Outgoing blob = new Outgoing(800);
        assertThat(push(blob, "")).isFalse();
        FakeRegistry.Asked put = registry.asked("PUT /upload").get(0);
        assertThat(put.body()).isEqualTo(Arrays.copyOf(content, 800));
        assertThat(put.uri().getQuery()).isEqualTo("state=1&digest=" + DIGEST);
        assertThat(blob.told).endsWith(800L);
    }

    @Test
    void aLargeBlobIsSentInPieces() throws IOException {
        accept("/upload");
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        registry.on("PATCH /upload", exchange -> {
            byte[] body = last("PATCH /upload").body();
            got.write(body);
            exchange.getResponseHeaders().add("Range", "0-" + (got.size() - 1));
            redirect(exchange, 202, "/upload");
        });
        registry.on("PUT /upload", exchange -> send(exchange, 201, ""));
        push(new Outgoing(2500), "");
        assertThat(got.toByteArray()).isEqualTo(Arrays.copyOf(content, 2500));
        assertThat(registry.asked("PATCH /upload"))
                .extracting(one -> one.header("Content-range"))
                .containsExactly("0-999", "1000-1999", "2000-2499");
    }

    private FakeRegistry.Asked last(String request) {
        List<FakeRegistry.Asked> all = registry.asked(request);
        return all.get(all.size() - 1);
    }

    @Test
    void aPieceThatWasLostIsSentFromWhereTheRegistryIs() throws IOException {
        accept("/upload");
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        AtomicInteger count = new AtomicInteger();
        registry.on("PATCH /upload", exchange -> {
            byte[] body = last("PATCH /upload").body();
            if (count.incrementAndGet() == 2) {
                got.write(body, 0, 400);
                send(exchange, 503, "");
                return;
            }
            got.write(body);
            exchange.getResponseHeaders().add("Range", "0-" + (got.size() - 1));
            redirect(exchange, 202, "/upload");
        });
        registry.on("GET /upload", exchange -> {
            exchange.getResponseHeaders().add("Range", "0-" + (got.size() - 1));
            send(exchange, 204, "");
        });
        registry.on("PUT /upload", exchange -> send(exchange, 201, ""));
        push(new Outgoing(2500), "");
        assertThat(got.toByteArray()).isEqualTo(Arrays.copyOf(content, 2500));
        assertThat(last("PATCH /upload").header("Content-range")).isEqualTo("2400-2499");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 416})
    void aRegistryThatTakesNoPiecesGetsTheWhole(int status) throws IOException {
        accept("/upload");
        registry.on("PATCH /upload", exchange -> send(exchange, status, ""));
        registry.on("PUT /upload", exchange -> send(exchange, 201, ""));
        registry.on("DELETE /upload", exchange -> send(exchange, 204, ""));
        push(new Outgoing(2500), "");
        assertThat(last("PUT /upload").body()).isEqualTo(Arrays.copyOf(content, 2500));
    }

    @Test
    void aBlobOfAnotherRepositoryIsMounted() throws IOException {
        registry.on(START, exchange -> send(exchange, 201, ""));
        assertThat(push(new Outgoing(800), "base")).isTrue();
        assertThat(last(START).uri().getQuery()).isEqualTo("mount=" + DIGEST + "&from=base");
    }

    @Test
    void aMountThatIsRefusedBecomesAnUpload() throws IOException {
        registry.on(START, exchange -> {
            if (exchange.getRequestURI().getQuery() == null) {
                redirect(exchange, 202, "/upload");
            } else {
                send(exchange, 403, "{}");
            }
        });
        registry.on("PUT /upload", exchange -> send(exchange, 201, ""));
        assertThat(push(new Outgoing(800), "base")).isFalse();
        assertThat(last("PUT /upload").body()).hasSize(800);
    }

    @Test
    void bytesForAnotherHostGoWithoutCredentials() throws IOException {
        registry.on(START, exchange -> {
            if (exchange.getRequestHeaders().containsKey("Authorization")) {
                redirect(exchange, 202, other.url() + "/upload");
            } else {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
                send(exchange, 401, "");
            }
        });
        other.on("PUT /upload", exchange -> send(exchange, 201, ""));
        push(new Outgoing(800), "");
        assertThat(last(START).header("Authorization"))
                .isEqualTo(
                        "Basic " + Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8)));
        assertThat(other.asked())
                .hasSize(1)
                .allMatch(one -> one.header("Authorization").isEmpty());
    }

    @Test
    void anUploadThatFailsIsTakenBack() {
        accept("/upload");
        registry.on(
                "PUT /upload",
                exchange ->
                        send(exchange, 400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"no match\"}]}"));
        registry.on("DELETE /upload", exchange -> send(exchange, 204, ""));
        assertThatThrownBy(() -> push(new Outgoing(800), "")).hasMessageContaining("digest invalid: no match");
        assertThat(registry.asked("DELETE /upload")).hasSize(1);
    }

    @Test
    void anUploadThatHasTroubleBeginsAgain() throws IOException {
        accept("/upload");
        AtomicInteger count = new AtomicInteger();
        registry.on("PUT /upload", exchange -> send(exchange, count.incrementAndGet() < 2 ? 500 : 201, ""));
        push(new Outgoing(800), "");
        assertThat(registry.asked(START)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://10.1.2.3/upload", "http://example.com/upload", "ftp://127.0.0.1/", "http://[/"})
    void anUploadToWhereItMustNotGoIsRefused(String place) {
        accept(place);
        assertThatThrownBy(() -> push(new Outgoing(800), "")).isInstanceOf(RegistryException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 400, 401, 403, 404, 405})
    void anUploadThatDoesNotBeginFails(int status) {
        registry.on(START, exchange -> send(exchange, status, ""));
        assertThatThrownBy(() -> push(new Outgoing(800), "")).isInstanceOf(RegistryException.class);
    }

    @Test
    void aRegistryThatHasMoreThanThereIsIsRefused() {
        accept("/upload");
        registry.on("PATCH /upload", exchange -> {
            exchange.getResponseHeaders().add("Range", "0-99999999");
            redirect(exchange, 202, "/upload");
        });
        assertThatThrownBy(() -> push(new Outgoing(2500), "")).hasMessageContaining("more of the blob than there is");
    }
}
