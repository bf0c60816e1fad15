package dev.lighter.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.security.RawHttp.Answer;
import dev.lighter.team.AccountService;
import dev.lighter.team.TokenService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Every rule on who may do what, against the real server on both of its connectors. */
@SpringBootTest(classes = EngineWithoutContainers.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class SecurityTest {
    private static final PrintStream OUTPUT = System.out;
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();
    private static final Pattern CSRF_FIELD = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    @TempDir
    private static Path data;

    @LocalServerPort
    private int port;

    @Autowired
    private TokenService tokens;

    @Autowired
    private AccountService accounts;

    private RawHttp http = RawHttp.tcp(0);
    private RawHttp socket = RawHttp.tcp(0);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        EngineWithoutContainers.keepIn(data, registry);
        registry.add("lighter.socket.path", () -> data.resolve("s").toString());
        registry.add("lighter.http.allowed-hosts", () -> "lighter.example.com");
        System.setOut(new PrintStream(PRINTED, true, StandardCharsets.UTF_8));
    }

    @AfterAll
    static void printAgain() {
        System.setOut(OUTPUT);
    }

    @BeforeEach
    void connect() {
        http = RawHttp.tcp(port);
        socket = RawHttp.unix(data.resolve("s"));
    }

    private static String password() {
        Matcher matcher = Pattern.compile("Password:\\s+(\\S+)").matcher(PRINTED.toString(StandardCharsets.UTF_8));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private String token() {
        return "Authorization: Bearer "
                + tokens.issue(accounts.administrator(), "test", null).secret();
    }

    private record Browser(String cookie, String csrf) {
        String[] headers(String... more) {
            String[] all = new String[more.length + 1];
            all[0] = "Cookie: " + cookie;
            System.arraycopy(more, 0, all, 1, more.length);
            return all;
        }
    }

    private Answer signIn(String name, String password) throws IOException {
        Answer page = http.get("/ui/sign-in");
        Matcher field = CSRF_FIELD.matcher(page.body());
        assertThat(field.find()).as(page.body()).isTrue();
        return http.post(
                "/ui/sign-in",
                "username=" + name + "&password=" + password + "&_csrf="
                        + URLEncoder.encode(field.group(1), StandardCharsets.UTF_8),
                "Content-Type: application/x-www-form-urlencoded",
                "Cookie: " + page.cookie("XSRF-TOKEN"),
                "Origin: http://127.0.0.1:" + port);
    }

    private Browser browser() throws IOException {
        Answer signedIn = signIn("admin", password());
        assertThat(signedIn.status()).isEqualTo(302);
        String cookie = signedIn.cookie("lighter-");
        Answer page = http.get("/ui", "Cookie: " + cookie);
        String csrf = page.cookie("XSRF-TOKEN");
        return new Browser(cookie + "; " + csrf, csrf.substring(csrf.indexOf('=') + 1));
    }

    @Test
    void nothingOnTcpIsForAnonymousButTheSignInTheAssetsAndTheProbe() throws IOException {
        assertThat(http.get("/ui/sign-in").status()).isEqualTo(200);
        assertThat(http.get("/healthz").body()).isEqualTo("ok\n");
        assertThat(http.get("/assets/none.js").status()).isEqualTo(404);
        for (String path : new String[] {
            "/_who",
            "/_ping",
            "/v1.44/_ping",
            "/api/tokens",
            "/api/openapi.json",
            "/api",
            "/error",
            "/actuator/health",
            "/nothing"
        }) {
            assertThat(http.get(path).status()).as(path).isEqualTo(401);
        }
        for (String path :
                new String[] {"/assets/..%2f_who", "/assets/../_who", "/assets/%2e%2e/_who", "/ui/sign-in/..;/x"}) {
            assertThat(http.get(path).status()).as(path).isIn(400, 401);
        }
    }

    @Test
    void refusalsHaveTheFormOfTheirSurface() throws IOException {
        Answer docker = http.get("/_who");
        assertThat(docker.header("Content-Type")).startsWith("application/json");
        assertThat(docker.body()).startsWith("{\"message\":\"authentication is required");
        assertThat(docker.header("WWW-Authenticate")).startsWith("Bearer");

        Answer api = http.get("/api/tokens");
        assertThat(api.header("Content-Type")).startsWith("application/problem+json");
        assertThat(api.body())
                .contains("\"type\":\"about:blank\"")
                .contains("\"title\":\"Unauthorized\"")
                .contains("\"status\":401")
                .contains("\"detail\":")
                .contains("\"instance\":\"/api/tokens\"");

        Answer page = http.get("/ui/containers/abc");
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.header("Location")).isEqualTo("/ui/sign-in?next=%2Fui%2Fcontainers%2Fabc");
    }

    @Test
    void theUnixSocketActsAsTheAdministrator() throws IOException {
        assertThat(socket.get("/_who").body()).isEqualTo("admin by SOCKET");
        assertThat(socket.post("/_who", "").body()).isEqualTo("admin by SOCKET");
        assertThat(socket.get("/api/account").body()).contains("\"means\":\"socket\"");
    }

    @Test
    void aTokenOpensDockersPathsAndTheApiButNotThePages() throws IOException {
        String token = token();

        assertThat(http.get("/_who", token).body()).isEqualTo("admin by TOKEN");
        assertThat(http.get("/v1.44/_who", token).body()).isEqualTo("admin by TOKEN");
        assertThat(http.post("/_who", "", token).status()).isEqualTo(200);
        assertThat(http.post("/api/tokens", "{\"name\":\"x\"}", token, "Content-Type: application/json")
                        .status())
                .isEqualTo(201);
        assertThat(http.get("/ui/containers", token).status()).isEqualTo(302);
    }

    @Test
    void aWrongTokenIsRefusedEvenWithAGoodCookie() throws IOException {
        assertThat(http.get("/api/tokens", browser().headers("Authorization: Bearer lt_wrong"))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void anExpiredTokenIsRefused() throws Exception {
        String secret = tokens.issue(
                        accounts.administrator(), "short", Instant.now().plusMillis(300))
                .secret();
        Thread.sleep(400);

        assertThat(http.get("/_who", "Authorization: Bearer " + secret).status())
                .isEqualTo(401);
    }

    @Test
    void aRevokedTokenIsRefused() throws IOException {
        Answer made = http.post(
                "/api/tokens", "{\"name\":\"x\",\"expiresInDays\":1}", token(), "Content-Type: application/json");
        String secret = member(made.body(), "secret");
        String bearer = "Authorization: Bearer " + secret;
        assertThat(secret).startsWith("lt_");
        assertThat(http.get("/_who", bearer).status()).isEqualTo(200);

        String path = made.header("Location");
        assertThat(http.send("DELETE", path, "", token()).status()).isEqualTo(204);

        assertThat(http.get("/_who", bearer).status()).isEqualTo(401);
        assertThat(http.send("DELETE", path, "", token()).status()).isEqualTo(404);
        assertThat(http.get("/api/tokens", token()).body()).doesNotContain(path.substring(path.lastIndexOf('/') + 1));
    }

    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        assertThat(matcher.find()).as(json).isTrue();
        return matcher.group(1);
    }

    @Test
    void theCookieOpensPagesAndTheApiButNotDockersPaths() throws IOException {
        Browser browser = browser();

        assertThat(http.get("/ui", browser.headers()).header("Location")).isEqualTo("/ui/containers");
        assertThat(http.get("/api/account", browser.headers()).body()).contains("\"means\":\"sign_in\"");
        assertThat(http.get("/_who", browser.headers()).status()).isEqualTo(401);
        assertThat(http.post("/_who", "", browser.headers("X-XSRF-TOKEN: " + browser.csrf))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aChangeWithTheCookieNeedsTheCsrfToken() throws IOException {
        Browser browser = browser();
        String json = "Content-Type: application/json";

        Answer without = http.post("/api/tokens", "{\"name\":\"x\"}", browser.headers(json));
        assertThat(without.status()).isEqualTo(403);
        assertThat(without.header("Content-Type")).startsWith("application/problem+json");
        assertThat(http.post("/api/tokens", "{\"name\":\"x\"}", browser.headers(json, "X-XSRF-TOKEN: wrong"))
                        .status())
                .isEqualTo(403);
        assertThat(http.post("/api/tokens", "{\"name\":\"x\"}", browser.headers(json, "X-XSRF-TOKEN: " + browser.csrf))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aChangeByNobodyIsUnauthorizedAndNotForbidden() throws IOException {
        assertThat(http.post("/api/tokens", "{}", "Content-Type: application/json")
                        .status())
                .isEqualTo(401);
        assertThat(http.post("/containers/create", "{}", "Content-Type: application/json")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void signingInWithoutCsrfTokenIsRefused() throws IOException {
        Answer answer = http.post(
                "/ui/sign-in",
                "username=admin&password=" + password(),
                "Content-Type: application/x-www-form-urlencoded");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.cookie("lighter-")).isEmpty();
    }

    @Test
    void theCookieIsFreshAtEachSignInAndOutOfReachOfScripts() throws IOException {
        Answer first = signIn("admin", password());
        Answer second = signIn("admin", password());

        assertThat(first.cookie("lighter-")).isNotEmpty().isNotEqualTo(second.cookie("lighter-"));
        assertThat(first.headers("Set-Cookie").stream()
                        .filter(line -> line.startsWith("lighter-"))
                        .findFirst())
                .hasValueSatisfying(
                        line -> assertThat(line).contains("HttpOnly").contains("SameSite=Lax"));
    }

    @Test
    void afterSigningOutTheCookieIsWorthless() throws IOException {
        Browser browser = browser();

        Answer out = http.post("/ui/sign-out", "", browser.headers("X-XSRF-TOKEN: " + browser.csrf));

        assertThat(out.status()).isEqualTo(302);
        assertThat(http.get("/api/account", browser.headers()).status()).isEqualTo(401);
    }

    @Test
    void strangeHostsAreRefused() throws IOException {
        for (String host :
                new String[] {"evil.example", "evil.example:" + port, "localhost.evil.example", "127.0.0.1.evil.example"
                }) {
            assertThat(http.get("/healthz", "Host: " + host).status()).as(host).isEqualTo(421);
            assertThat(http.get("/_who", token(), "Host: " + host).body())
                    .as(host)
                    .contains("Host header");
        }
        for (String host :
                new String[] {"localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:" + port, "lighter.example.com"}) {
            assertThat(http.get("/healthz", "Host: " + host).status()).as(host).isEqualTo(200);
        }
    }

    @Test
    void requestsOfOtherPeoplesPagesAreRefused() throws IOException {
        String token = token();
        for (String header : new String[] {
            "Origin: http://evil.example",
            "Origin: null",
            "Origin: http://localhost:1",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: same-site"
        }) {
            assertThat(http.post("/_who", "", token, header).status())
                    .as(header)
                    .isEqualTo(403);
            assertThat(http.get("/_who", token, header, "Upgrade: tcp").status())
                    .as(header)
                    .isEqualTo(403);
        }
        for (String header : new String[] {
            "Origin: http://127.0.0.1:" + port,
            "Origin: https://lighter.example.com",
            "Sec-Fetch-Site: same-origin",
            "Sec-Fetch-Site: none"
        }) {
            assertThat(http.post("/_who", "", token, header).status())
                    .as(header)
                    .isEqualTo(200);
        }
        assertThat(http.get("/api/account", token, "Sec-Fetch-Site: cross-site").status())
                .isEqualTo(403);
    }

    @Test
    void guessingPasswordsIsSlowedDown() throws IOException {
        Answer last = signIn("nobody", "wrong");
        assertThat(last.status()).isEqualTo(401);
        assertThat(last.body()).contains("name or the password is wrong");
        for (int i = 0; i < 8 && last.status() == 401; i++) {
            last = signIn("nobody", "wrong");
        }

        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("Retry-After")).isNotEmpty();
        assertThat(signIn("admin", password()).status()).isEqualTo(302);
    }

    @Test
    void answersForBrowsersHaveTheHeadersThatProtectThem() throws IOException {
        Answer page = http.get("/ui/sign-in");

        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .contains("script-src 'self'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
    }

    @Test
    void thePasswordIsPrintedOnceAndReadable() {
        String printed = PRINTED.toString(StandardCharsets.UTF_8);

        assertThat(printed).contains("http://127.0.0.1:" + port + "/ui").containsOnlyOnce(password());
        assertThat(password()).matches("[a-z2-9]{5}(-[a-z2-9]{5}){3}");
    }

    @Test
    void errorsOfTheApiAreProblemDetails() throws IOException {
        String json = "Content-Type: application/json";
        assertProblem(http.get("/api/nothing", token()), 404);
        assertProblem(http.send("PATCH", "/api/tokens", "", token()), 405);
        assertProblem(http.post("/api/tokens", "{", token(), json), 400);
        assertProblem(http.post("/api/tokens", "[]", token(), json), 400);
        assertProblem(http.post("/api/tokens", "{\"name\":\"x\",\"expiresInDays\":\"soon\"}", token(), json), 400);
        assertProblem(http.post("/api/tokens", "{\"name\":\" \"}", token(), json), 400);
        assertProblem(
                http.post("/api/tokens", "{\"name\":\"x\",\"expiresAt\":\"2001-01-01T00:00:00Z\"}", token(), json),
                400);
        assertProblem(http.post("/api/tokens", "name=x", token(), "Content-Type: text/plain"), 415);
        assertProblem(http.get("/api/tokens", token(), "Accept: image/png"), 406);
        assertThat(http.post("/api/tokens", "{}", token(), json).body())
                .contains("\"errors\":[{\"field\":\"name\",\"message\":\"name is missing");
        assertThat(http.get("/nothing", token()).body()).contains("{\"message\":\"page not found\"}");
    }

    private static void assertProblem(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.body())
                .contains("\"type\":", "\"title\":", "\"status\":" + status, "\"detail\":", "\"instance\":\"/api/")
                .doesNotContain("Exception")
                .doesNotContain("trace");
    }
}
