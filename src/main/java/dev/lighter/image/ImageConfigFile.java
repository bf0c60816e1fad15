package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image's configuration file, read with suspicion.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>
 */
record ImageConfigFile(
        Instant created,
        String architecture,
        String os,
        String variant,
        String author,
        String comment,
        ImageConfig config,
        List<String> diffIds,
        List<HistoryEntry> history) {
    static final JsonMapper JSON = new JsonMapper();
    static final int MOST_LAYERS = 128;

    /** Reads the file; fails with INVALID where it is none. */
    static ImageConfigFile parse(byte[] bytes) {
        JsonNode file;
        try {
            file = JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "the image's configuration is not JSON: " + e.getOriginalMessage(),
                    e);
        }
        JsonNode root = file.path("rootfs");
        if (!file.isObject() || !root.isObject()) {
            throw EngineException.invalid("the image's configuration has no rootfs: it is no image that can be run");
        }
        List<String> diffIds = strings(root, "diff_ids");
        if (diffIds.size() > MOST_LAYERS) {
            throw EngineException.invalid("the image has more than " + MOST_LAYERS + " layers");
        }
        for (String diffId : diffIds) {
            if (!Sha256.isDigest(diffId)) {
                throw EngineException.invalid(
                        "the image's configuration names a layer by \"" + diffId + "\", which is not a sha256 digest");
            }
        }
        JsonNode config = file.path("config");
        return new ImageConfigFile(
                created(text(file, "created")),
                text(file, "architecture"),
                text(file, "os").isEmpty() ? "linux" : text(file, "os"),
                text(file, "variant"),
                text(file, "author"),
                text(file, "comment"),
                new ImageConfig(
                        strings(config, "Env"),
                        strings(config, "Entrypoint"),
                        strings(config, "Cmd"),
                        text(config, "WorkingDir"),
                        text(config, "User"),
                        labels(config.path("Labels")),
                        text(config, "StopSignal"),
                        keys(config, "ExposedPorts"),
                        keys(config, "Volumes"),
                        healthcheck(config.path("Healthcheck")),
                        strings(config, "OnBuild"),
                        strings(config, "Shell")),
                diffIds,
                history(file.path("history")));
    }

    private static List<HistoryEntry> history(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrongType("history");
        }
        List<HistoryEntry> entries = new ArrayList<>();
        for (JsonNode item : value) {
            entries.add(new HistoryEntry(
                    created(text(item, "created")),
                    text(item, "created_by"),
                    text(item, "author"),
                    text(item, "comment"),
                    item.path("empty_layer").asBoolean(false)));
        }
        return List.copyOf(entries);
    }

    private static Instant created(String text) {
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "the image's configuration has no valid time: " + text, e);
        }
    }

    private static String text(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString()) {
            throw wrongType(key);
        }
        return clean(value.stringValue());
    }

    private static List<String> strings(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrongType(key);
        }
        List<String> strings = new ArrayList<>();
        for (JsonNode item : value) {
            if (!item.isString()) {
                throw wrongType(key);
            }
            strings.add(clean(item.stringValue()));
        }
        return List.copyOf(strings);
    }

    private static Map<String, String> labels(JsonNode value) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (value.isMissingNode() || value.isNull()) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw wrongType("Labels");
        }
        value.properties().forEach(label -> {
            if (!label.getValue().isString()) {
                throw wrongType("Labels");
            }
            labels.put(clean(label.getKey()), clean(label.getValue().stringValue()));
        });
        return Map.copyOf(labels);
    }

    private static List<String> keys(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isObject()) {
            throw wrongType(key);
        }
        TreeSet<String> keys = new TreeSet<>();
        value.properties().forEach(property -> keys.add(clean(property.getKey())));
        return List.copyOf(keys);
    }

    private static @Nullable Healthcheck healthcheck(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isObject()) {
            throw wrongType("Healthcheck");
        }
        long retries = number(value, "Retries");
        return new Healthcheck(
                strings(value, "Test"),
                number(value, "Interval"),
                number(value, "Timeout"),
                (int) Math.min(retries, Integer.MAX_VALUE),
                number(value, "StartPeriod"),
                number(value, "StartInterval"));
    }

    /** Zero where there is none; never less. */
    private static long number(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw wrongType(key);
        }
        return Math.max(0, value.longValue());
    }

    /** No string of an image ever needs a NUL, and neither the kernel nor every database takes one. */
    private static String clean(String text) {
        if (text.indexOf(0) >= 0) {
            throw EngineException.invalid("the image's configuration has a text with a NUL character");
        }
        return text;
    }

    private static EngineException wrongType(String key) {
        return EngineException.invalid("the image's configuration has a " + key + " of the wrong type");
    }
}
