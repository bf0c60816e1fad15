package dev.lighter.http;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * A field of a request's body that is of a wrong type, or that there is not.
 *
 * @param field where it is, such as {@code HostConfig.Memory}; empty for the whole body
 * @param sentence what is wrong, and what would be right
 */
public record JsonMismatch(String field, String sentence) {
    /** Reads it from what the parser says. */
    public static JsonMismatch of(MismatchedInputException failure) {
        String field = failure.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        return new JsonMismatch(
                field,
                failure instanceof UnrecognizedPropertyException unknown
                        ? field + " is not known here: " + known(unknown)
                        : (field.isEmpty() ? "the body" : field) + " does not have the expected type"
                                + expected(failure.getTargetType()));
    }

    private static String known(UnrecognizedPropertyException failure) {
        List<String> names = failure.getKnownPropertyIds().stream()
                .map(String::valueOf)
                .sorted()
                .toList();
        return names.isEmpty() ? "send an empty object" : "use " + String.join(", ", names);
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "";
        }
        if (type == boolean.class || type == Boolean.class) {
            return ": true or false";
        }
        if (type == String.class) {
            return ": text in quotes";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return ": a whole number";
        }
        if (type == double.class || type == Double.class) {
            return ": a number";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return ": a list";
        }
        return type.isPrimitive() || type.isEnum() ? "" : ": an object";
    }
}
