package dev.lighter.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/** Writes an error in the form of the part of the server that it happened in, for code outside controllers. */
public final class ErrorAnswer {
    /** What is said while the database cannot be reached, with status 503. */
    public static final String NO_DATABASE =
            "the engine's database does not answer: nothing can be changed until it is back";

    private static final JsonMapper JSON = new JsonMapper();

    private ErrorAnswer() {}

    /** Answers with a status and a sentence. */
    public static void send(HttpServletRequest request, HttpServletResponse response, int status, String sentence)
            throws IOException {
        String type;
        String body;
        switch (Surface.of(request)) {
            case API -> {
                type = MediaType.APPLICATION_PROBLEM_JSON_VALUE;
                body = JSON.writeValueAsString(members(problem(request, status, sentence)));
            }
            case DOCKER -> {
                type = MediaType.APPLICATION_JSON_VALUE;
                body = JSON.writeValueAsString(Map.of("message", sentence)) + "\n";
            }
            case REGISTRY -> {
                type = MediaType.APPLICATION_JSON_VALUE;
                body = JSON.writeValueAsString(registry(registryCode(status), sentence)) + "\n";
            }
            default -> {
                type = MediaType.TEXT_PLAIN_VALUE + ";charset=UTF-8";
                body = sentence + "\n";
            }
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** An error as registries tell it: OCI distribution specification, error codes. */
    public static Map<String, Object> registry(String code, String sentence) {
        return Map.of("errors", List.of(Map.of("code", code, "message", sentence)));
    }

    /** The code for what went wrong outside of the registry itself. */
    public static String registryCode(int status) {
        return switch (status) {
            case 401 -> "UNAUTHORIZED";
            case 403, 421 -> "DENIED";
            case 404 -> "NAME_UNKNOWN";
            case 429 -> "TOOMANYREQUESTS";
            case 400, 405, 406, 415, 501 -> "UNSUPPORTED";
            default -> "UNKNOWN";
        };
    }

    /** Problem details of RFC 9457 for a request. */
    public static ProblemDetail problem(HttpServletRequest request, int status, String sentence) {
        HttpStatus known = HttpStatus.resolve(status);
        ProblemDetail problem = ProblemDetail.forStatus(status);
        problem.setTitle(known == null ? "Error" : known.getReasonPhrase());
        problem.setDetail(sentence);
        problem.setType(URI.create("about:blank"));
        problem.setInstance(instance(Surface.path(request)));
        return problem;
    }

    private static URI instance(String path) {
        try {
            return URI.create(path);
        } catch (IllegalArgumentException strangeCharacters) {
            return URI.create("/api");
        }
    }

    private static Map<String, Object> members(ProblemDetail problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", String.valueOf(problem.getType()));
        members.put("title", String.valueOf(problem.getTitle()));
        members.put("status", problem.getStatus());
        members.put("detail", String.valueOf(problem.getDetail()));
        members.put("instance", String.valueOf(problem.getInstance()));
        return members;
    }
}
