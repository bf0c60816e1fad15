package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The {@code filters} parameter: names with the values any of which may match; {@code {"label":["a=b"]}} or the older {@code {"label":{"a=b":true}}}. */
final class Filters {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, List<String>> values;

    private Filters(Map<String, List<String>> values) {
        this.values = values;
    }

    /** Reads the parameter; fails when it is malformed or has a name outside {@code known}. */
    static Filters parse(@Nullable String parameter, Set<String> known) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (parameter == null || parameter.isEmpty()) {
            return new Filters(values);
        }
        JsonNode root;
        try {
            root = JSON.readTree(parameter);
        } catch (JacksonException e) {
            throw EngineException.invalid("invalid filter: not JSON: " + parameter);
        }
        if (!root.isObject()) {
            throw EngineException.invalid("invalid filter: not an object of names and values: " + parameter);
        }
        root.propertyStream().forEach(entry -> {
            if (!known.contains(entry.getKey())) {
                throw EngineException.invalid("invalid filter '" + entry.getKey() + "'");
            }
            values.put(entry.getKey(), values(entry.getKey(), entry.getValue()));
        });
        return new Filters(values);
    }

    private static List<String> values(String name, JsonNode node) {
        if (node.isArray()) {
            return node.valueStream().map(JsonNode::asString).toList();
        }
        if (node.isObject()) {
            return node.propertyStream()
                    .filter(entry -> entry.getValue().asBoolean())
                    .map(Map.Entry::getKey)
                    .toList();
        }
        throw EngineException.invalid("invalid filter '" + name + "': its values must be a list");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    List<String> get(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The truth that is asked for; null when nothing is. Fails when it is neither, or both. */
    @Nullable
    Boolean getBoolean(String name) {
        Boolean result = null;
        for (String value : get(name)) {
            boolean yes = value.equals("true") || value.equals("1");
            if (!yes && !value.equals("false") && !value.equals("0") || result != null && result != yes) {
                throw EngineException.invalid("invalid filter '" + name + "=" + get(name) + "'");
            }
            result = yes;
        }
        return result;
    }

    /** Whether nothing is asked of this name, or one of the values is this one. */
    boolean accepts(String name, String value) {
        List<String> asked = get(name);
        return asked.isEmpty() || asked.contains(value);
    }

    /** Whether the labels have all that are asked for, each as {@code name} or {@code name=value}. */
    boolean acceptsLabels(Map<String, String> labels) {
        return get("label").stream().allMatch(asked -> hasLabel(labels, asked));
    }

    static boolean hasLabel(Map<String, String> labels, String asked) {
        int equals = asked.indexOf('=');
        return equals < 0
                ? labels.containsKey(asked)
                : asked.substring(equals + 1).equals(labels.get(asked.substring(0, equals)));
    }
}
