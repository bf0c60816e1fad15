package dev.lighter.http;

import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * A field of a request's body that is of a wrong type.
 *
 * @param field where it is, such as {@code HostConfig.Memory}; empty for the whole body
 * @param expected what it is to be, in words; empty where there are none
 */
public record JsonMismatch(String field, String expected) {
    /** Reads it from what the parser says. */
    public static JsonMismatch of(MismatchedInputException failure) {
        String field = failure.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        return new JsonMismatch(field, expected(failure.getTargetType()));
    }

    /** What is wrong, and what would be right. */
    public String sentence() {
        return (field.isEmpty() ? "the body" : field) + " does not have the expected type"
                + (expected.isEmpty() ? "" : ": " + expected);
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "text in quotes";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return type.isPrimitive() || type.isEnum() ? "" : "an object";
    }
}
