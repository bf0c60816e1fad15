package dev.lighter.image.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a registry answered; to be closed, which gives up what was not read. */
final class Answer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LARGEST_ERROR = 64 * 1024;

    private final Call call;
    private final ResponseInfo head;
    private final BodyStream body;
    private final Duration patience;

    Answer(Call call, ResponseInfo head, BodyStream body, Duration patience) {
        this.call = call;
        this.head = head;
        this.body = body;
        this.patience = patience;
    }

    int status() {
        return head.statusCode();
    }

    boolean isGood() {
        return status() >= 200 && status() < 300;
    }

    URI uri() {
        return call.uri();
    }

    String header(String name) {
        return head.headers().firstValue(name).orElse("");
    }

    List<String> headers(String name) {
        return head.headers().allValues(name);
    }

    /** The length that is announced, or -1. */
    long length() {
        try {
            return head.headers().firstValueAsLong("Content-Length").orElse(-1);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    BodyStream body() {
        return body;
    }

    /** The whole body, if it is not larger than so many bytes. */
    byte[] document(int limit) throws IOException {
        if (length() > limit) {
            throw RegistryException.broken(
                    what() + ": the answer has " + length() + " bytes, at most " + limit + " are accepted");
        }
        return body().readAll(limit, patience);
    }

    /** The body as JSON. */
    JsonNode json(int limit) throws IOException {
        try {
            return JSON.readTree(document(limit));
        } catch (JacksonException e) {
            throw RegistryException.broken(what() + ": the answer is not JSON");
        }
    }

    /** Request and address, as in Docker's messages; without the query, which may hold secrets. */
    String what() {
        return what(call.method(), call.uri());
    }

    static String what(String method, URI uri) {
        String name = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
        return name + " \"" + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath() + "\"";
    }

    /** This answer as a failure; reads what the registry says about it. */
    RegistryException failure() {
        String code = "";
        String message = "";
        try {
            JsonNode body = JSON.readTree(body().readAll(LARGEST_ERROR, patience));
            JsonNode first = body.path("errors").path(0);
            code = first.path("code").asString("").toLowerCase(Locale.ROOT).replace('_', ' ');
            message = first.path("message").asString("");
            if (message.isEmpty()) {
                message = body.path("details").asString(body.path("message").asString(""));
            }
        } catch (IOException | JacksonException e) {
            // No words of its own: the status says enough.
            message = "";
        }
        RegistryException.Reason reason = reason(code);
        Duration wait = retryAfter();
        String text = message.isEmpty() ? words(reason) : message;
        String sentence = (code.isEmpty() ? "" : code + ": ") + text;
        if (reason == RegistryException.Reason.TOO_MANY_REQUESTS) {
            sentence = "toomanyrequests: " + text + (wait == null ? "" : " (try again in " + wait.toSeconds() + " s)");
        }
        return RegistryException.of(
                reason,
                code,
                reason == RegistryException.Reason.NOT_FOUND || reason == RegistryException.Reason.TOO_MANY_REQUESTS
                        ? sentence
                        : what() + ": " + sentence,
                wait);
    }

    private RegistryException.Reason reason(String code) {
        return switch (status()) {
            case 401 -> code.equals("denied") ? RegistryException.Reason.DENIED : RegistryException.Reason.UNAUTHORIZED;
            case 403 -> RegistryException.Reason.DENIED;
            case 404 -> RegistryException.Reason.NOT_FOUND;
            case 429 -> RegistryException.Reason.TOO_MANY_REQUESTS;
            case 408, 425, 500, 502, 503, 504 -> RegistryException.Reason.PASSING;
            default -> RegistryException.Reason.BROKEN;
        };
    }

    private String words(RegistryException.Reason reason) {
        return switch (reason) {
            case UNAUTHORIZED -> "unauthorized: authentication required";
            case DENIED -> "denied: requested access to the resource is denied";
            case NOT_FOUND -> "not found";
            case TOO_MANY_REQUESTS -> "the registry asks for fewer requests";
            default -> "the registry answered with status " + status();
        };
    }

    /** RFC 9110, Retry-After: seconds or a date. */
    private @Nullable Duration retryAfter() {
        String text = header("Retry-After");
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(Instant.now(), until);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }

    @Override
    public void close() {
        body().close();
    }
}
