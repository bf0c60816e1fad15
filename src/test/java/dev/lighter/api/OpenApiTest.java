package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.http.Surface;
import dev.lighter.security.EngineWithoutContainers;
import dev.lighter.team.AccountService;
import dev.lighter.team.TokenService;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The document against what is really served. */
@SpringBootTest(classes = EngineWithoutContainers.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class OpenApiTest {
    @TempDir
    private static Path data;

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mappings;

    @Autowired
    private TokenService tokens;

    @Autowired
    private AccountService accounts;

    private JsonNode document = JsonMapper.shared().createObjectNode();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        EngineWithoutContainers.keepIn(data, registry);
        registry.add("lighter.socket.path", () -> data.resolve("s").toString());
    }

    @BeforeEach
    void read() throws Exception {
        document = JsonMapper.shared().readTree(get("/api/openapi.json").body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        String token = tokens.issue(accounts.administrator(), "test", null).secret();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private record Served(String method, String path) {}

    private List<Served> served() {
        List<Served> served = new ArrayList<>();
        for (Map.Entry<RequestMappingInfo, HandlerMethod> mapping :
                mappings.getHandlerMethods().entrySet()) {
            Class<?> controller = mapping.getValue().getBeanType();
            if (!controller.getName().startsWith("dev.lighter.")
                    || AnnotatedElementUtils.hasAnnotation(controller, Hidden.class)
                    || mapping.getValue().hasMethodAnnotation(Hidden.class)) {
                continue;
            }
            Set<RequestMethod> methods = mapping.getKey().getMethodsCondition().getMethods();
            assertThat(methods).as("%s names its methods", mapping.getValue()).isNotEmpty();
            for (String path : mapping.getKey().getPatternValues()) {
                for (RequestMethod method : methods) {
                    served.add(new Served(
                            method.name().toLowerCase(Locale.ROOT),
                            path.replaceAll("\\{\\*?([^}:]+)(:[^}]*)?}", "{$1}")));
                }
            }
        }
        return served;
    }

    @Test
    void everyPathThatIsServedIsDescribed() {
        assertThat(served()).hasSizeGreaterThan(20);
        Set<String> missing = new TreeSet<>();
        for (Served one : served()) {
            JsonNode operation = document.at("/paths").path(one.path).path(one.method);
            if (operation.path("summary").asString("").isBlank()) {
                missing.add(one.method + " " + one.path + ": no summary");
            }
            if (operation.path("tags").isEmpty()) {
                missing.add(one.method + " " + one.path + ": no tag");
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyOperationTellsItsAnswersAndErrors() {
        Set<String> wrong = new TreeSet<>();
        for (Served one : served()) {
            JsonNode responses =
                    document.at("/paths").path(one.path).path(one.method).path("responses");
            String name = one.method + " " + one.path;
            boolean success = responses.propertyNames().stream().anyMatch(status -> status.matches("[123]..|101"));
            boolean refusesAll = responses.at("/501/description").asString("").equals("Always");
            if (!success && !refusesAll) {
                wrong.add(name + ": no answer for success");
            }
            String type = switch (Surface.of(one.path)) {
                case API -> "application/problem+json";
                case DOCKER -> "application/json";
                default -> "text/plain";
            };
            for (String status : responses.propertyNames()) {
                if (responses.path(status).path("description").asString("").isBlank()) {
                    wrong.add(name + ": " + status + " is not described");
                }
                boolean error = status.startsWith("4") || status.startsWith("5");
                if (error
                        && responses
                                .path(status)
                                .path("content")
                                .path(type)
                                .path("schema")
                                .isMissingNode()) {
                    wrong.add(name + ": " + status + " has no schema of " + type);
                }
            }
            for (String status : List.of("421", "500")) {
                if (responses.path(status).isMissingNode()) {
                    wrong.add(name + ": " + status + " is missing");
                }
            }
            if (Surface.of(one.path) == Surface.API && responses.path("401").isMissingNode()) {
                wrong.add(name + ": 401 is missing");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void parametersAndSchemasAreThere() {
        assertThat(document.at("/openapi").asString()).startsWith("3.1");
        assertThat(document.at("/components/schemas").propertyNames())
                .contains(
                        "Container",
                        "NewContainer",
                        "Token",
                        "NewToken",
                        "Event",
                        "LogMessage",
                        "Problem",
                        "DockerError",
                        "Anatomy");
        assertThat(document.at("/paths/~1api~1tokens/post/requestBody/content/application~1json/schema/$ref")
                        .asString())
                .isEqualTo("#/components/schemas/NewToken");
        assertThat(document.at("/paths/~1api~1tokens/post/parameters").isMissingNode())
                .as("whoever asks is no parameter")
                .isTrue();
        assertThat(document.at("/paths/~1healthz/get/security").isEmpty()).isTrue();
    }

    @Test
    void everyBodyRefusesAFieldThatNothingWouldHeed() throws Exception {
        Set<String> wrong = new TreeSet<>();
        int bodies = 0;
        for (Served one : served()) {
            JsonNode operation = document.at("/paths").path(one.path).path(one.method);
            if (Surface.of(one.path) != Surface.API
                    || operation.at("/requestBody/content/application~1json").isMissingNode()) {
                continue;
            }
            bodies++;
            HttpResponse<String> answer = send(
                    one.method.toUpperCase(Locale.ROOT), one.path.replaceAll("\\{[^}]+}", "x"), "{\"memroyBytes\":1}");
            JsonNode problem = JsonMapper.shared().readTree(answer.body());
            if (answer.statusCode() != 400
                    || !problem.at("/errors/0/field").asString("").equals("memroyBytes")
                    || !problem.path("detail").asString("").startsWith("memroyBytes is not known here: ")) {
                wrong.add(one.method + " " + one.path + ": " + answer.statusCode() + " " + answer.body());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(bodies).isGreaterThan(10);
    }

    @Test
    void thePageOfTheDocumentLoadsFromThisServerOnly() throws Exception {
        assertThat(get("/api/docs").headers().firstValue("Location")).hasValue("/api/swagger-ui/index.html");
        String page = get("/api/swagger-ui/index.html").body();
        assertThat(page)
                .contains("swagger-ui-bundle.js")
                .doesNotContain("http://")
                .doesNotContain("https://");
        assertThat(page.replaceAll("(?s)<script[^>]* src=[^>]*>\\s*</script>", ""))
                .as("no inline script, which the content policy forbids")
                .doesNotContain("<script");
        assertThat(get("/api/swagger-ui/swagger-initializer.js").body()).contains("/api/openapi.json");
        assertThat(get("/api/swagger-ui/swagger-ui-bundle.js").statusCode()).isEqualTo(200);
    }
}
