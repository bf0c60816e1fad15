package dev.lighter.api;

import dev.lighter.http.Surface;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.http.HttpStatus;

/**
 * Adds to every operation the errors that it can answer with, in the form of the part of the server it belongs to, and who may ask.
 * Controllers describe only what is their own.
 */
final class ErrorAnswersCustomizer implements GlobalOpenApiCustomizer {
    private static final String PROBLEM = "Problem";
    private static final String DOCKER_ERROR = "DockerError";

    private static final Map<Integer, String> SENTENCES = Map.of(
            400, "invalid value \"x\" for parameter limit",
            401, "authentication is required: send a token as \"Authorization: Bearer lt_...\", or use the unix socket",
            403, "the request comes from a page of another site",
            404, "No such container: x",
            409, "Conflict. The name \"/x\" is already in use",
            415, "a body of type text/csv is not understood here: send one of [application/json]",
            421, "the engine does not go by the name in the Host header",
            500, "the engine failed to answer: its log says why",
            503, "the engine is shutting down");

    @Override
    public void customise(OpenAPI document) {
        document.getComponents().addSchemas(PROBLEM, problem());
        document.getComponents().addSchemas(DOCKER_ERROR, dockerError());
        document.getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) -> customise(path, item, method, operation)));
    }

    private static void customise(String path, PathItem item, HttpMethod method, Operation operation) {
        Surface surface = Surface.of(path);
        ApiResponses responses = operation.getResponses();
        responses.forEach((status, response) -> {
            if (response.getDescription() == null || response.getDescription().isBlank()) {
                response.setDescription(title(status));
            }
        });
        if (surface == Surface.UI && responses.get("200") != null) {
            responses
                    .get("200")
                    .description("The page, or a redirect to another one")
                    .content(new Content().addMediaType("text/html", new MediaType().schema(new StringSchema())));
        }
        restrict(path, surface, operation);
        for (int status : statuses(path, surface, method, operation)) {
            responses.computeIfAbsent(Integer.toString(status), added -> error(surface, path, status));
        }
        responses.forEach((status, response) -> {
            boolean error = status.matches("[45]..");
            if (error && (response.getContent() == null || response.getContent().isEmpty())) {
                response.setContent(
                        error(surface, path, Integer.parseInt(status)).getContent());
            }
        });
    }

    /** Docker's paths take tokens only, pages cookies only, open paths neither. */
    private static void restrict(String path, Surface surface, Operation operation) {
        if (surface == Surface.OPEN || path.equals(Surface.SIGN_IN)) {
            operation.setSecurity(List.of());
        } else if (surface == Surface.DOCKER) {
            operation.setSecurity(List.of(new SecurityRequirement().addList(OpenApiConfiguration.BEARER)));
        } else if (surface == Surface.UI) {
            operation.setSecurity(List.of(new SecurityRequirement().addList(OpenApiConfiguration.COOKIE)));
        }
    }

    private static List<Integer> statuses(String path, Surface surface, HttpMethod method, Operation operation) {
        boolean changes = method != HttpMethod.GET && method != HttpMethod.HEAD;
        boolean open = surface == Surface.OPEN || path.equals(Surface.SIGN_IN);
        Map<Integer, Boolean> possible = new LinkedHashMap<>();
        possible.put(400, operation.getParameters() != null || operation.getRequestBody() != null);
        possible.put(401, !open && surface != Surface.UI);
        possible.put(403, changes || surface == Surface.API || surface == Surface.DOCKER);
        possible.put(404, path.contains("{"));
        possible.put(
                409,
                changes && surface != Surface.UI && path.matches(".*(containers|networks).*")
                        || path.contains("images"));
        possible.put(415, surface == Surface.API && operation.getRequestBody() != null);
        possible.put(421, true);
        possible.put(500, true);
        return possible.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static ApiResponse error(Surface surface, String path, int status) {
        String sentence = SENTENCES.getOrDefault(status, "what is wrong and what to do");
        Content content = switch (surface) {
            case API ->
                new Content()
                        .addMediaType(
                                org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                                media(PROBLEM, problemExample(path, status, sentence)));
            case DOCKER ->
                new Content()
                        .addMediaType(
                                org.springframework.http.MediaType.APPLICATION_JSON_VALUE,
                                media(DOCKER_ERROR, Map.of("message", sentence)));
            default ->
                new Content()
                        .addMediaType(
                                org.springframework.http.MediaType.TEXT_PLAIN_VALUE,
                                new MediaType().schema(new StringSchema()).example(sentence));
        };
        return new ApiResponse().description(title(Integer.toString(status))).content(content);
    }

    private static Map<String, Object> problemExample(String path, int status, String sentence) {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", "about:blank");
        example.put("title", title(Integer.toString(status)));
        example.put("status", status);
        example.put("detail", sentence);
        example.put("instance", path.replaceAll("[{}*]", ""));
        return example;
    }

    private static MediaType media(String schema, Map<String, ?> example) {
        return new MediaType()
                .schema(new Schema<>().$ref("#/components/schemas/" + schema))
                .example(example);
    }

    private static String title(String status) {
        try {
            HttpStatus known = HttpStatus.resolve(Integer.parseInt(status));
            return known == null ? "Answer" : known.getReasonPhrase();
        } catch (NumberFormatException rangeOrDefault) {
            return "Answer";
        }
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .description("What went wrong, as RFC 9457 words it")
                .addProperty("type", new StringSchema().format("uri-reference").example("about:blank"))
                .addProperty("title", new StringSchema().description("The status in words"))
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema().description("What is wrong and what to do"))
                .addProperty(
                        "instance", new StringSchema().format("uri-reference").description("The path asked for"))
                .addProperty(
                        "errors",
                        new ArraySchema()
                                .items(new ObjectSchema()
                                        .addProperty("field", new StringSchema())
                                        .addProperty("message", new StringSchema()))
                                .description("The fields of the request that are wrong"))
                .required(List.of("type", "title", "status", "detail", "instance"));
    }

    private static Schema<?> dockerError() {
        return new ObjectSchema()
                .description("What went wrong, in one sentence")
                .addProperty("message", new StringSchema())
                .required(List.of("message"));
    }
}
