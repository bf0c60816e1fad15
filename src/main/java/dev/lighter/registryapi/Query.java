package dev.lighter.registryapi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/** The parameters of a request's query, read from it alone: asking the server for parameters would take a body for a form. */
final class Query {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Query() {}

    /** Reads a query. A plus is itself, as media types have it. */
    static Query of(@Nullable String text) {
        Query query = new Query();
        for (String pair : text == null ? new String[0] : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.values
                        .computeIfAbsent(decoded(pair.substring(0, equals)), key -> new ArrayList<>())
                        .add(decoded(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return UriUtils.decode(text, StandardCharsets.UTF_8);
    }

    /** The first value of a parameter; empty where there is none. */
    String first(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? "" : all.get(0);
    }

    /** All values of a parameter. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Whether there is such a parameter. */
    boolean has(String name) {
        return values.containsKey(name);
    }
}
