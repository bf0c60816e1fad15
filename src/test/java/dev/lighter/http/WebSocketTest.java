package dev.lighter.http;

import static dev.lighter.engine.RawWebSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** The WebSocket protocol, RFC 6455, against clients that keep to it and others. */
@Timeout(30)
class WebSocketTest {
    private static final int FIN = 0x80;
    private static final int TEXT = FIN | 1;
    private static final int BINARY = FIN | 2;
    private static final int CLOSE = FIN | 8;
    private static final int PING = FIN | 9;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final WebSocketOutput output = new WebSocketOutput(sent);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private byte[] read(byte[]... frames) throws IOException {
        return new WebSocketInput(new ByteArrayInputStream(joined(frames)), output).readAllBytes();
    }

    private static byte[] code(int code) {
        return new byte[] {(byte) (code >> 8), (byte) code};
    }

    @Test
    void messagesOfBothKindsAndTheirPiecesAreOneStream() throws IOException {
        byte[] large = new byte[70_000];
        Arrays.fill(large, (byte) 'x');

        byte[] all = read(
                frame(TEXT, utf8("one ")),
                frame(2, utf8("tw")),
                frame(PING, utf8("alive?")),
                frame(0, new byte[0]),
                frame(FIN, utf8("o ")),
                frame(BINARY, large));

        assertThat(all).isEqualTo(joined(utf8("one two "), large));
        assertThat(sent.toByteArray())
                .as("the pong")
                .isEqualTo(joined(new byte[] {(byte) (FIN | 10), 6}, utf8("alive?")));
    }

    @Test
    void aFarewellIsReturnedOnce() throws IOException {
        assertThat(read(frame(CLOSE, joined(code(1001), utf8("bye"))), frame(TEXT, utf8("late"))))
                .isEmpty();

        assertThat(sent.toByteArray()).isEqualTo(joined(new byte[] {(byte) CLOSE, 2}, code(1001)));
        output.close(1000, "again");
        assertThat(sent.size()).isEqualTo(4);
        assertThatThrownBy(() -> output.write(utf8("more"))).isInstanceOf(IOException.class);
    }

    @Test
    void aCharacterMayBeInPieces() throws IOException {
        byte[] euro = utf8("€");
        assertThat(read(
                        frame(1, Arrays.copyOf(euro, 1)),
                        frame(0, Arrays.copyOfRange(euro, 1, 2)),
                        frame(FIN, Arrays.copyOfRange(euro, 2, 3))))
                .isEqualTo(euro);
        assertThat(sent.size()).isZero();
    }

    static Stream<Arguments> violations() {
        byte[] unmasked = {(byte) TEXT, 1, 'x'};
        byte[] tooLong = new byte[14];
        tooLong[0] = (byte) BINARY;
        tooLong[1] = (byte) 0xff;
        tooLong[2] = (byte) 0x80;
        return Stream.of(
                Arguments.of("not masked", 1002, unmasked),
                Arguments.of("an extension", 1002, frame(TEXT | 0x40, utf8("x"))),
                Arguments.of("an unknown kind", 1002, frame(FIN | 3, utf8("x"))),
                Arguments.of("nothing to continue", 1002, frame(FIN, utf8("x"))),
                Arguments.of("a message in another", 1002, joined(frame(1, utf8("x")), frame(TEXT, utf8("y")))),
                Arguments.of("a ping in pieces", 1002, frame(9, utf8("x"))),
                Arguments.of("a long ping", 1002, frame(PING, new byte[126])),
                Arguments.of("a length of 64 bits", 1002, tooLong),
                Arguments.of("half a code", 1002, frame(CLOSE, new byte[1])),
                Arguments.of("a code that is never sent", 1002, frame(CLOSE, code(1006))),
                Arguments.of("a code of nobody", 1002, frame(CLOSE, code(2000))),
                Arguments.of("text that is none", 1007, frame(TEXT, new byte[] {(byte) 0xc0, (byte) 0xaf})),
                Arguments.of("half a character", 1007, frame(TEXT, Arrays.copyOf(utf8("€"), 2))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void whatBreaksTheProtocolEndsTheConnectionWithItsCode(String name, int code, byte[] frames) throws IOException {
        WebSocketInput input = new WebSocketInput(new ByteArrayInputStream(frames), output);
        input.drain();

        byte[] answer = sent.toByteArray();
        assertThat(answer[0] & 0xff).as(name).isEqualTo(CLOSE);
        assertThat(Arrays.copyOfRange(answer, 2, 4)).as(name).isEqualTo(code(code));
        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void lengthsAreWrittenAsTheProtocolHasThem() throws IOException {
        for (int length : new int[] {125, 126, 65_535, 65_536}) {
            sent.reset();
            output.write(new byte[length]);
            int header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
            assertThat(sent.size()).isEqualTo(length + header);
            byte[] frame = sent.toByteArray();
            long told = frame[1];
            if (header > 2) {
                told = 0;
                for (int i = 2; i < header; i++) {
                    told = told << 8 | frame[i] & 0xff;
                }
            }
            assertThat(told).isEqualTo(length);
        }
    }

    /** Silent for as many reads as it is told, then at its end. */
    private static InputStream silent(int[] times, byte[] then) {
        return new InputStream() {
            private final ByteArrayInputStream rest = new ByteArrayInputStream(then);

            @Override
            public int read() throws IOException {
                if (times[0]-- > 0) {
                    throw new SocketTimeoutException();
                }
                return rest.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int next = read();
                if (next >= 0) {
                    bytes[offset] = (byte) next;
                }
                return next < 0 ? -1 : 1;
            }
        };
    }

    @Test
    void aSilentClientIsAskedOnceAndGivenUpWhenItStaysSilent() throws IOException {
        byte[] ping = {(byte) PING, 0};
        assertThat(new WebSocketInput(silent(new int[] {1}, frame(TEXT, utf8("x"))), output).readAllBytes())
                .isEqualTo(utf8("x"));
        assertThat(sent.toByteArray()).isEqualTo(ping);

        int[] times = {2};
        assertThat(new WebSocketInput(silent(times, frame(TEXT, utf8("x"))), output).readAllBytes())
                .isEmpty();
        assertThat(times[0]).isZero();
    }

    @Test
    void theConnectionEndsWhenTheWriterHasAndTheClientHasSaidFarewell() throws IOException {
        CountDownLatch shown = new CountDownLatch(1);
        AtomicReference<String> heard = new AtomicReference<>("");
        InputStream client = new ByteArrayInputStream(joined(frame(TEXT, utf8("typed")), frame(CLOSE, code(1000)))) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                try {
                    shown.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.read(bytes, offset, length);
            }
        };
        WebSocket.run(
                input -> heard.set(new String(input.readAllBytes(), StandardCharsets.UTF_8)),
                to -> {
                    to.write(utf8("shown"));
                    shown.countDown();
                    return "exit code 3";
                },
                client,
                sent);

        assertThat(heard.get()).as("the reader has ended before").isEqualTo("typed");
        assertThat(sent.toByteArray()).startsWith(joined(new byte[] {(byte) BINARY, 5}, utf8("shown")));
    }

    @Test
    void aRequestThatIsNoHandshakeIsRefused() {
        Map<String, String> good = Map.of(
                "Connection", "keep-alive, Upgrade",
                "Upgrade", "WebSocket",
                "Sec-WebSocket-Version", "13",
                "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        MockHttpServletResponse response = new MockHttpServletResponse();
        assertThat(WebSocket.of(request(good), response)).isNotNull();
        for (Map.Entry<String, String> wrong : Map.of(
                        "Connection", "close",
                        "Upgrade", "tcp",
                        "Sec-WebSocket-Version", "8",
                        "Sec-WebSocket-Key", "c2hvcnQ=")
                .entrySet()) {
            MockHttpServletRequest request = request(good);
            request.removeHeader(wrong.getKey());
            assertThatThrownBy(() -> WebSocket.of(request, response)).isInstanceOf(EngineException.class);
            request.addHeader(wrong.getKey(), wrong.getValue());
            assertThatThrownBy(() -> WebSocket.of(request, response))
                    .as(wrong.getKey())
                    .isInstanceOf(EngineException.class);
        }
        assertThat(response.getHeader("Sec-WebSocket-Version")).isEqualTo("13");
    }

    private static MockHttpServletRequest request(Map<String, String> headers) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        headers.forEach(request::addHeader);
        return request;
    }
}
