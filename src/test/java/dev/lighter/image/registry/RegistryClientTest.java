package dev.lighter.image.registry;

import static dev.lighter.image.registry.FakeRegistry.redirect;
import static dev.lighter.image.registry.FakeRegistry.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lighter.image.registry.RegistryException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions to registries that do not answer as they should. */
class RegistryClientTest {
    private static final String MANIFEST = "GET /v2/app/manifests/1";
    private static final Credentials ALICE = new Credentials("alice", "secret", "", "", "");
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8));

    private final FakeRegistry registry;
    private final FakeRegistry other;

    RegistryClientTest() throws IOException {
        registry = new FakeRegistry();
        other = new FakeRegistry();
    }

    @BeforeEach
    void serve() {
        registry.manifest("app", "1", "application/vnd.oci.image.manifest.v1+json; charset=utf-8", bytes("{}"));
    }

    @AfterEach
    void close() {
        registry.close();
        other.close();
    }

    static RegistrySettings settings(String... mirrors) {
        return settings(Duration.ofSeconds(20), mirrors);
    }

    static RegistrySettings settings(Duration patience, String... mirrors) {
        return new RegistrySettings(
                mirrors.length == 0 ? Map.of() : Map.of("example.com", List.of(mirrors)),
                List.of(),
                Path.of("/nonexistent"),
                2,
                2,
                3,
                Duration.ofMillis(5),
                Duration.ofSeconds(2),
                patience,
                patience,
                patience,
                1000,
                Duration.ofDays(1),
                10);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RegistryManifest manifest(Credentials credentials) throws IOException {
        return new RegistryConnections(settings())
                .pull(registry.host(), "app", credentials)
                .manifest("1");
    }

    private RegistryException refusal(Credentials credentials) {
        return catchThrowableOfType(RegistryException.class, () -> manifest(credentials));
    }

    private RegistryException impatientRefusal() {
        return catchThrowableOfType(
                RegistryException.class,
                () -> new RegistryConnections(settings(Duration.ofMillis(600)))
                        .pull(registry.host(), "app", Credentials.NONE)
                        .manifest("1"));
    }

    private RegistryException refusal() {
        return refusal(Credentials.NONE);
    }

    /** Answers with 401 until the header is right. */
    private void guard(String challenge, String wanted) {
        registry.on(MANIFEST, exchange -> {
            if (wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 200, "{}");
            } else {
                exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
                send(
                        exchange,
                        401,
                        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}");
            }
        });
    }

    private String bearer(FakeRegistry service) {
        return "Bearer realm=\"" + service.url() + "/token\",service=\"tests\",scope=\"repository:app:pull\"";
    }

    @Test
    void aManifestComesAsItIsWithItsType() throws IOException {
        RegistryManifest manifest = manifest(Credentials.NONE);
        assertThat(manifest.bytes()).isEqualTo(bytes("{}"));
        assertThat(manifest.mediaType()).isEqualTo("application/vnd.oci.image.manifest.v1+json");
        assertThat(registry.asked(MANIFEST).get(0).header("Accept"))
                .contains("application/vnd.docker.distribution.manifest.list.v2+json");
    }

    @Test
    void aMissingManifestIsToldWithTheRegistrysCode() {
        registry.on(
                MANIFEST,
                exchange -> send(
                        exchange,
                        404,
                        "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"));
        assertThat(refusal().reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal()).hasMessage("manifest unknown: manifest unknown");
        assertThat(refusal().code()).isEqualTo("manifest unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "400,BROKEN", "401,UNAUTHORIZED", "402,BROKEN", "403,DENIED", "404,NOT_FOUND", "418,BROKEN",
                "429,TOO_MANY_REQUESTS",
        "500,PASSING", "501,BROKEN", "502,PASSING", "503,PASSING", "504,PASSING", "302,BROKEN", "304,BROKEN"
    })
    void aStatusWithoutWordsHasItsReason(int status, Reason reason) {
        registry.on(MANIFEST, exchange -> send(exchange, status, status == 304 ? "" : "<html>no</html>"));
        assertThat(refusal().reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "null", "{\"errors\":7}", "{\"errors\":[[]]}", "{\"errors\":[{\"code\":[1]}]}"})
    void anErrorThatCannotBeReadIsStillOne(String body) {
        registry.on(MANIFEST, exchange -> send(exchange, 403, body));
        assertThat(refusal().reason()).isEqualTo(Reason.DENIED);
    }

    @Test
    void whatARegistrySaysReachesNoTerminalWithControlCharacters() {
        registry.on(
                MANIFEST,
                exchange -> send(
                        exchange,
                        403,
                        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"a\\u001b[31mred\\nline" + "x".repeat(5000)
                                + "\"}]}"));
        assertThat(refusal().getMessage()).doesNotContain("\u001b", "\n").hasSizeLessThan(500);
    }

    @Test
    void aRegistryThatHasTroubleIsAskedAgain() throws IOException {
        AtomicInteger count = new AtomicInteger();
        registry.on(MANIFEST, exchange -> send(exchange, count.incrementAndGet() < 3 ? 503 : 200, "{}"));
        assertThat(manifest(Credentials.NONE).bytes()).hasSize(2);
        assertThat(count).hasValue(3);
    }

    @Test
    void aRegistryThatAlwaysHasTroubleIsNotAskedForever() {
        registry.on(MANIFEST, exchange -> send(exchange, 500, "{}"));
        assertThat(refusal().reason()).isEqualTo(Reason.PASSING);
        assertThat(registry.asked(MANIFEST)).hasSize(3);
    }

    @Test
    void aShortWaitThatIsAskedForIsKept() throws IOException {
        AtomicInteger count = new AtomicInteger();
        registry.on(MANIFEST, exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "1");
            send(exchange, count.incrementAndGet() < 2 ? 429 : 200, "{}");
        });
        long start = System.nanoTime();
        assertThat(manifest(Credentials.NONE).bytes()).hasSize(2);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "Wed, 01 Jan 2098 00:00:00 GMT"})
    void aLongWaitIsReportedInsteadOfKept(String wait) {
        registry.on(MANIFEST, exchange -> {
            exchange.getResponseHeaders().add("Retry-After", wait);
            send(exchange, 429, "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"pull rate limit\"}]}");
        });
        assertThat(refusal()).hasMessageMatching("toomanyrequests: pull rate limit \\(try again in \\d+ s\\)");
        assertThat(refusal().reason()).isEqualTo(Reason.TOO_MANY_REQUESTS);
        assertThat(registry.asked(MANIFEST)).hasSize(2);
    }

    @Test
    void aManifestThatIsAnnouncedTooLargeIsNotRead() {
        registry.on(MANIFEST, exchange -> exchange.sendResponseHeaders(200, 1L << 30));
        assertThat(refusal()).hasMessageContaining("at most " + RegistryRepository.LARGEST_MANIFEST);
    }

    @Test
    void aManifestThatDoesNotEndIsGivenUp() {
        registry.on(MANIFEST, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] piece = new byte[1 << 16];
            while (true) {
                exchange.getResponseBody().write(piece);
            }
        });
        assertThat(refusal()).hasMessageContaining("more than " + RegistryRepository.LARGEST_MANIFEST);
    }

    @Test
    void aRegistryThatSaysNothingIsGivenUp() {
        registry.on(MANIFEST, exchange -> pause(5000));
        assertThat(impatientRefusal()).hasMessageContaining("no answer within 600 ms");
    }

    @Test
    void aRegistryThatStopsInTheMiddleIsGivenUp() {
        registry.on(MANIFEST, exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            pause(5000);
        });
        assertThat(impatientRefusal()).hasMessageContaining("has sent nothing for 600 ms");
    }

    @Test
    void aManifestThatTricklesIsGivenUp() {
        registry.on(MANIFEST, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 50; i++) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                pause(100);
            }
        });
        assertThat(impatientRefusal()).hasMessageContaining("takes too long");
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPasswordIsSentWhereItIsAskedFor() throws IOException {
        guard("Basic realm=\"tests\"", BASIC);
        assertThat(manifest(ALICE).bytes()).hasSize(2);
    }

    @Test
    void withoutAPasswordNoneIsMadeUp() {
        guard("Basic realm=\"tests\"", BASIC);
        assertThat(refusal()).hasMessageEndingWith("no basic auth credentials");
        assertThat(refusal().reason()).isEqualTo(Reason.UNAUTHORIZED);
    }

    @Test
    void aWrongPasswordIsNotSentForever() {
        guard("Basic realm=\"tests\"", "another");
        assertThat(refusal(ALICE).reason()).isEqualTo(Reason.UNAUTHORIZED);
        assertThat(registry.asked(MANIFEST).size()).isLessThanOrEqualTo(2);
    }

    @Test
    void aTokenIsFetchedWhereTheRegistrySays() throws IOException {
        guard(bearer(other), "Bearer abc");
        other.on("GET /token", exchange -> send(exchange, 200, "{\"token\":\"abc\",\"expires_in\":300}"));
        assertThat(manifest(ALICE).bytes()).hasSize(2);
        FakeRegistry.Asked asked = other.asked("GET /token").get(0);
        assertThat(asked.header("Authorization")).isEqualTo(BASIC);
        assertThat(asked.uri().getQuery()).contains("service=tests", "scope=repository:app:pull", "account=alice");
        assertThat(registry.asked())
                .noneMatch(one -> one.header("Authorization").equals(BASIC));
    }

    @Test
    void nobodyGetsATokenForNobody() throws IOException {
        guard(bearer(other), "Bearer abc");
        other.on("GET /token", exchange -> send(exchange, 200, "{\"access_token\":\"abc\"}"));
        assertThat(manifest(Credentials.NONE).bytes()).hasSize(2);
        assertThat(other.asked("GET /token").get(0).header("Authorization")).isEmpty();
    }

    @Test
    void anIdentityTokenIsExchanged() throws IOException {
        guard(bearer(other), "Bearer abc");
        other.on("POST /token", exchange -> send(exchange, 200, "{\"access_token\":\"abc\"}"));
        assertThat(manifest(new Credentials("", "", "", "refresh", "")).bytes()).hasSize(2);
        assertThat(new String(other.asked("POST /token").get(0).body(), StandardCharsets.UTF_8))
                .contains("grant_type=refresh_token", "refresh_token=refresh");
    }

    @Test
    void aTokenThatIsGivenIsUsedAsItIs() throws IOException {
        guard(bearer(other), "Bearer mine");
        assertThat(manifest(new Credentials("", "", "", "", "mine")).bytes()).hasSize(2);
        assertThat(other.asked()).isEmpty();
    }

    @Test
    void aTokenThatIsRefusedIsReplaced() throws IOException {
        AtomicInteger count = new AtomicInteger();
        other.on("GET /token", exchange -> send(exchange, 200, "{\"token\":\"t" + count.incrementAndGet() + "\"}"));
        guard(bearer(other), "Bearer t1");
        PullSource source = new RegistryConnections(settings()).pull(registry.host(), "app", Credentials.NONE);
        assertThat(source.manifest("1").bytes()).hasSize(2);
        guard(bearer(other), "Bearer t2");
        assertThat(source.manifest("1").bytes()).hasSize(2);
        assertThat(count).hasValue(2);
    }

    @Test
    void aTokenThatDoesNotHelpEndsTheAttempt() {
        guard(bearer(other), "never");
        other.on("GET /token", exchange -> send(exchange, 200, "{\"token\":\"abc\"}"));
        assertThat(refusal().reason()).isEqualTo(Reason.UNAUTHORIZED);
        assertThat(other.asked("GET /token").size()).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "200;{}",
                "200;[1]",
                "200;no",
                "200;{\"token\":\"a b\"}",
                "200;{\"token\":\"a\\nb\"}",
                "401;{}",
                "403;{}"
            })
    void aTokenServiceThatGivesNoneFailsThePull(int status, String body) {
        guard(bearer(other), "Bearer abc");
        other.on("GET /token", exchange -> send(exchange, status, body));
        assertThat(refusal().reason()).isIn(Reason.BROKEN, Reason.UNAUTHORIZED, Reason.DENIED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer realm=\"\"",
                "Bearer realm=\"ftp://127.0.0.1/\"",
                "Bearer realm=\"http://a:b@127.0.0.1/\"",
                "Bearer realm=\"http://registry.example.com/token\"",
                "Bearer realm=\"http://10.1.2.3/token\"",
                "Bearer realm=\"http://[\"",
                "Bearer realm=\"file:///etc/passwd\""
            })
    void aTokenServiceThatMustNotBeAskedIsNot(String challenge) {
        guard(challenge, "Bearer abc");
        assertThat(refusal(ALICE).reason()).isIn(Reason.BROKEN, Reason.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Negotiate", "Digest realm=\"x\", nonce=\"y\"", ",,,=", "\"\""})
    void anUnknownChallengeIsAnswered401(String challenge) {
        guard(challenge, "never");
        assertThat(refusal(ALICE).reason()).isEqualTo(Reason.UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectionIsFollowedWithoutCredentials(int status) throws IOException {
        registry.on(MANIFEST, exchange -> {
            if (BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                redirect(exchange, status, other.url() + "/elsewhere?signature=x");
            } else {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"tests\"");
                send(exchange, 401, "");
            }
        });
        other.on("GET /elsewhere", exchange -> send(exchange, 200, "{ }"));
        assertThat(manifest(ALICE).bytes()).hasSize(3);
        assertThat(other.asked("GET /elsewhere"))
                .allMatch(one -> one.header("Authorization").isEmpty());
    }

    @Test
    void aChallengeOfAnotherHostIsNotAnsweredWithThePassword() {
        registry.on(MANIFEST, exchange -> redirect(exchange, 307, other.url() + "/trap"));
        other.on("GET /trap", exchange -> {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"give\"");
            send(exchange, 401, "");
        });
        assertThat(refusal(ALICE).reason()).isEqualTo(Reason.UNAUTHORIZED);
        assertThat(other.asked()).allMatch(one -> one.header("Authorization").isEmpty());
    }

    @Test
    void aRingOfRedirectionsIsLeft() {
        registry.on(MANIFEST, exchange -> redirect(exchange, 302, registry.url() + "/v2/app/manifests/1"));
        assertThat(refusal()).hasMessageContaining("more than 8 redirections");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://registry.example.com/x",
                "http://10.0.0.1/x",
                "http://169.254.169.254/latest/meta-data",
                "ftp://127.0.0.1/x",
                "file:///etc/shadow",
                "gopher://x",
                "http://u:p@127.0.0.1/x",
                "http://%zz/",
                "https://169.254.169.254/x"
            })
    void aRedirectionThatMustNotBeFollowedIsNot(String location) {
        registry.on(MANIFEST, exchange -> redirect(exchange, 302, location));
        assertThat(refusal().reason()).isIn(Reason.FORBIDDEN, Reason.BROKEN);
    }

    @Test
    void nobodyAtTheAddressIsSaidInDockersWords() {
        assertThatThrownBy(() -> new RegistryConnections(settings())
                        .pull("127.0.0.1:1", "app", Credentials.NONE)
                        .manifest("1"))
                .hasMessage("Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused");
    }

    @Test
    void anUnknownHostIsSaidInDockersWords() {
        assertThatThrownBy(() -> new RegistryConnections(settings())
                        .pull("no.invalid", "app", Credentials.NONE)
                        .manifest("1"))
                .hasMessage("Get \"https://no.invalid/v2/\": dial tcp: lookup no.invalid: no such host");
    }

    @Test
    void tagsComeOverAllPages() throws IOException {
        registry.on("GET /v2/app/tags/list", exchange -> {
            boolean first = exchange.getRequestURI().getQuery() == null;
            if (first) {
                exchange.getResponseHeaders().add("Link", "</v2/app/tags/list?last=b>; rel=\"next\"");
            }
            send(exchange, 200, first ? "{\"tags\":[\"a\",\"b\"]}" : "{\"tags\":[\"c\"]}");
        });
        assertThat(new RegistryConnections(settings())
                        .pull(registry.host(), "app", Credentials.NONE)
                        .tags())
                .containsExactly("a", "b", "c");
    }

    @Test
    void pagesThatNeverEndAreLeft() {
        registry.on("GET /v2/app/tags/list", exchange -> {
            exchange.getResponseHeaders().add("Link", "</v2/app/tags/list>; rel=\"next\"");
            send(exchange, 200, "{\"tags\":[" + "\"a\",".repeat(20_000) + "\"b\"]}");
        });
        assertThatThrownBy(() -> new RegistryConnections(settings())
                        .pull(registry.host(), "app", Credentials.NONE)
                        .tags())
                .hasMessageContaining("more than 100000 tags");
    }

    @Test
    void credentialsAreCheckedAndARefusalIsTold() throws IOException {
        registry.on("GET /v2/", exchange -> {
            if (BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 200, "{}");
            } else {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"tests\"");
                send(exchange, 401, "{}");
            }
        });
        RegistryConnections connections = new RegistryConnections(settings());
        connections.check(registry.host(), ALICE);
        assertThat(catchThrowableOfType(
                                RegistryException.class,
                                () -> connections.check(registry.host(), new Credentials("alice", "wrong", "", "", "")))
                        .reason())
                .isEqualTo(Reason.UNAUTHORIZED);
    }

    @Test
    void aMirrorIsAskedFirstAndNeverToldCredentials() throws IOException {
        registry.manifest("app", "1", "x", bytes("[1]"));
        assertThat(new RegistryConnections(settings(registry.url()))
                        .pull("example.com", "app", ALICE)
                        .manifest("1")
                        .bytes())
                .isEqualTo(bytes("[1]"));
        assertThat(registry.asked()).allMatch(one -> one.header("Authorization").isEmpty());
    }

    @Test
    void aMirrorInPlainHttpElsewhereIsRefused() {
        assertThatThrownBy(() -> new RegistryConnections(settings("http://mirror.example.com"))
                        .pull("example.com", "app", Credentials.NONE))
                .hasMessageContaining("lighter.registries.insecure-hosts");
    }
}
