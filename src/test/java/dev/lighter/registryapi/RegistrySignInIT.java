package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who may ask the registry over TCP. */
@ExtendWith(EngineExtension.class)
class RegistrySignInIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Engine engine;
    private final RawRegistry registry;
    private final List<String> tokens = new ArrayList<>();

    RegistrySignInIT(Engine engine) {
        this.engine = engine;
        this.registry = new RawRegistry(engine);
    }

    private HttpResponse<String> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + engine.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String code(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("errors").path(0).path("code").asString();
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void revoke() throws IOException {
        for (String id : tokens) {
            engine.delete("/api/tokens/" + id);
        }
    }

    private String token() throws IOException {
        JsonNode issued = engine.post("/api/tokens", "{\"name\":\"registry\"}").json();
        tokens.add(issued.path("id").asString());
        return issued.path("secret").asString();
    }

    /** A token of the token flow. */
    private String pass(String scope) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(
                "GET",
                "/v2/token?service=lighter&scope=" + URLEncoder.encode(scope, StandardCharsets.UTF_8),
                "Authorization",
                basic("admin", engine.password()));
        assertThat(answer.statusCode()).isEqualTo(200);
        return "Bearer " + JSON.readTree(answer.body()).path("token").asString();
    }

    @Test
    void nobodyIsToldHowToSignIn() throws Exception {
        HttpResponse<String> answer = send("GET", "/v2/");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(code(answer)).isEqualTo("UNAUTHORIZED");
        assertThat(answer.headers().firstValue("Docker-Distribution-Api-Version"))
                .contains("registry/2.0");
        assertThat(answer.headers().allValues("WWW-Authenticate"))
                .hasSize(2)
                .anyMatch(challenge -> challenge.startsWith("Basic realm="))
                .anyMatch(challenge -> challenge.equals(
                        "Bearer realm=\"http://127.0.0.1:" + engine.port() + "/v2/token\",service=\"lighter\""));
    }

    @Test
    void theChallengeNamesWhatIsNeeded() throws Exception {
        assertThat(send("GET", "/v2/team/app/manifests/latest").headers().allValues("WWW-Authenticate"))
                .anyMatch(challenge -> challenge.endsWith(",scope=\"repository:team/app:pull\""));
        assertThat(send("POST", "/v2/team/app/blobs/uploads/").headers().allValues("WWW-Authenticate"))
                .anyMatch(challenge -> challenge.endsWith(",scope=\"repository:team/app:pull,push\""));
    }

    @Test
    void aPasswordIsEnough() throws Exception {
        assertThat(send("GET", "/v2/", "Authorization", basic("admin", engine.password()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTokenIsEnoughAsPasswordOrAsBearer() throws Exception {
        String token = token();
        for (String authorization : List.of(basic("admin", token), basic("anybody", token), "Bearer " + token)) {
            assertThat(send("GET", "/v2/_catalog", "Authorization", authorization)
                            .statusCode())
                    .as(authorization)
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer lt_wrong",
                "Bearer ltr_d3Jvbmc.d3Jvbmc",
                "Bearer ltr_",
                "Basic !!!",
                "Basic bm9jb2xvbg==",
                "Digest x"
            })
    void whatIsNoSignInIsRefused(String authorization) throws Exception {
        HttpResponse<String> answer = send("GET", "/v2/", "Authorization", authorization);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(code(answer)).isEqualTo("UNAUTHORIZED");
    }

    @Test
    void aSignInOfTheDashboardIsNone() throws Exception {
        assertThat(send("GET", "/v2/", "Cookie", "lighter=abc").statusCode()).isEqualTo(401);
    }

    @Test
    void whoeverGuessesPasswordsWaits() throws Exception {
        int attempts = 1;
        HttpResponse<String> answer = send("GET", "/v2/", "Authorization", basic("guessed", "wrong"));
        while (answer.statusCode() != 429 && attempts++ < 10) {
            answer = send("GET", "/v2/", "Authorization", basic("guessed", "wrong" + attempts));
        }
        assertThat(attempts).isBetween(4, 7);
        assertThat(code(answer)).isEqualTo("TOOMANYREQUESTS");
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
        // Others are not held up, and nor is whoever knows better afterwards.
        assertThat(send("GET", "/v2/", "Authorization", basic("admin", engine.password()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTokenOfTheTokenFlowAllowsWhatItWasAskedFor() throws Exception {
        registry.putDone(
                "v2/scoped", "one", RawRegistry.OCI, RawRegistry.json(registry.artifact("v2/scoped", "scoped")));
        String pull = pass("repository:v2/scoped:pull");
        assertThat(send("GET", "/v2/v2/scoped/manifests/one", "Authorization", pull)
                        .statusCode())
                .isEqualTo(200);
        for (Map.Entry<String, String> refused : Map.of(
                        "/v2/v2/scoped/blobs/uploads/", "POST",
                        "/v2/v2/scoped/manifests/one", "DELETE",
                        "/v2/v2/another/tags/list", "GET",
                        "/v2/_catalog", "GET",
                        "/v2/token", "GET")
                .entrySet()) {
            HttpResponse<String> answer = send(refused.getValue(), refused.getKey(), "Authorization", pull);
            assertThat(answer.statusCode()).as(refused.getKey()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("error=\"insufficient_scope\"");
        }
        String push = pass("repository:v2/scoped:pull,push registry:catalog:*");
        assertThat(send("POST", "/v2/v2/scoped/blobs/uploads/", "Authorization", push)
                        .statusCode())
                .isEqualTo(202);
        assertThat(send("GET", "/v2/_catalog", "Authorization", push).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTokenOfTheTokenFlowIsNoneElsewhere() throws Exception {
        String pass = pass("repository:v2/scoped:pull,push");
        for (String path : List.of("/images/json", "/api/images", "/v1.51/containers/json")) {
            assertThat(send("GET", path, "Authorization", pass).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aMountNeedsTheRightToPullFromWhereTheBlobIs() throws Exception {
        String digest = registry.blob("v2/secret", RawRegistry.bytes("secret"));
        String pass = pass("repository:v2/scoped:pull,push");
        for (String query : List.of("&from=v2/secret", "")) {
            assertThat(send("POST", "/v2/v2/scoped/blobs/uploads/?mount=" + digest + query, "Authorization", pass)
                            .statusCode())
                    .isEqualTo(202);
        }
        String both = pass("repository:v2/scoped:pull,push repository:v2/secret:pull");
        assertThat(send(
                                "POST",
                                "/v2/v2/scoped/blobs/uploads/?mount=" + digest + "&from=v2/secret",
                                "Authorization",
                                both)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void aPageOfAStrangerIsRefusedWithTheRightPassword() throws Exception {
        HttpResponse<String> answer = send(
                "POST",
                "/v2/v2/scoped/blobs/uploads/",
                "Authorization",
                basic("admin", engine.password()),
                "Origin",
                "http://evil.example");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(code(answer)).isEqualTo("DENIED");
    }
}
