package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses what a request asks for and nobody here would do; defaults, as clients send them, pass. */
final class UnsupportedFields {
    /** Fields whose usual value is not empty, or that only describe. */
    private static final Map<String, Set<String>> USUAL = Map.of(
            "Scope", Set.of("local"));

    /** What asks for nothing; docker-java says the ids of the path again in the bodies of exec. */
    private static final Set<String> DESCRIPTIONS = Set.of("CheckDuplicate", "containerId", "execId");

    private UnsupportedFields() {}

    static void refuse(String prefix, Map<String, @Nullable Object> fields) {
        fields.forEach((name, value) -> {
            String field = prefix + name;
            if (asks(value)
                    && !DESCRIPTIONS.contains(field)
                    && !USUAL.getOrDefault(field, Set.of()).contains(String.valueOf(value))) {
                throw EngineException.invalid(field + " is not available in this engine: leave it out");
            }
        });
    }

    /** Whether a value is not the one that asks for nothing. */
    static boolean asks(@Nullable Object value) {
        if (value instanceof Collection<?> items) {
            return items.stream().anyMatch(UnsupportedFields::asks);
        }
        if (value instanceof Map<?, ?> fields) {
            return fields.values().stream().anyMatch(UnsupportedFields::asks);
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return value != null && !value.equals("") && !value.equals(false);
    }
}
