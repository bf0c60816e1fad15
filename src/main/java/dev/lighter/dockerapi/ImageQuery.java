package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Parameters of requests whose body is an archive, read of the query alone: asking the request for parameters could take the archive for a
 * form and read it.
 */
final class ImageQuery {
    private ImageQuery() {}

    /** The parameter's first value, or empty. */
    static String of(HttpServletRequest request, String name) {
        List<String> values = all(request, name);
        return values.isEmpty() ? "" : values.get(0);
    }

    /** All values of a parameter, in order. */
    static List<String> all(HttpServletRequest request, String name) {
        try {
            return UriComponentsBuilder.newInstance()
                    .query(request.getQueryString())
                    .build()
                    .getQueryParams()
                    .getOrDefault(name, List.of())
                    .stream()
                    .map(value -> value == null ? "" : UriUtils.decode(value.replace('+', ' '), StandardCharsets.UTF_8))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "the parameter " + name + " is not encoded as URLs are", e);
        }
    }

    static boolean isTrue(String value) {
        return !value.isEmpty() && !value.equals("0") && !value.equalsIgnoreCase("false");
    }
}
