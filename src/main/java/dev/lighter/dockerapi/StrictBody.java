package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object of a request that keeps the fields it does not know of, so that they can be refused by name and are never ignored. */
abstract class StrictBody {
    @JsonIgnore
    final Map<String, @Nullable Object> other = new LinkedHashMap<>();

    @JsonAnySetter
    void other(String name, @Nullable Object value) {
        other.put(name, value);
    }

    /** Refuses the unknown fields unless they are at their defaults; {@code prefix} says where they are. */
    final void refuseOther(String prefix) {
        UnsupportedFields.refuse(prefix, other);
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static List<String> orEmpty(@Nullable List<String> texts) {
        return texts == null ? List.of() : texts;
    }

    static Map<String, String> orEmpty(@Nullable Map<String, String> texts) {
        return texts == null ? Map.of() : texts;
    }
}
