package dev.lighter.image;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes configuration files of images: those that are made here, on top of their parents' files, whose further fields they keep, and those
 * in the form that leaves. The counterpart of {@link ImageConfigFile}. Stateless.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>
 */
final class ImageConfigWriter {
    /** What told of one making in old files and would tell wrong things of the next. */
    private static final List<String> OF_ONE_MAKING = List.of("id", "parent", "container", "container_config", "Size");

    private ImageConfigWriter() {}

    /**
     * The file of a new image.
     *
     * @param parent the file of the image below; null for none
     * @param platform the machine's architecture where there is no parent
     * @param diffIds all layers, lowest first
     * @param addsLayer whether the last of them is the new image's own
     */
    static String write(
            @Nullable String parent, String platform, NewImage image, List<String> diffIds, boolean addsLayer) {
        ObjectNode file = parent == null
                ? ImageConfigFile.JSON.createObjectNode()
                : (ObjectNode) ImageConfigFile.JSON.readTree(parent);
        file.remove(OF_ONE_MAKING);
        HistoryEntry step = image.step();
        file.put("created", step.created().toString());
        text(file, "author", step.author().isEmpty() ? file.path("author").asString("") : step.author());
        text(file, "comment", step.comment());
        if (parent == null) {
            file.put("architecture", platform);
            file.put("os", "linux");
        }
        ObjectNode config = file.path("config").isObject()
                ? (ObjectNode) file.get("config")
                : ImageConfigFile.JSON.createObjectNode();
        write(config, image.config());
        file.set("config", config);
        rootfs(file, diffIds);
        ArrayNode history = file.path("history").isArray()
                ? (ArrayNode) file.get("history")
                : ImageConfigFile.JSON.createArrayNode();
        history.add(entry(step, addsLayer));
        file.set("history", history);
        return ImageConfigFile.JSON.writeValueAsString(file);
    }

    private static void write(ObjectNode json, ImageConfig config) {
        texts(json, "Env", config.env());
        texts(json, "Entrypoint", config.entrypoint());
        texts(json, "Cmd", config.cmd());
        text(json, "WorkingDir", config.workingDir());
        text(json, "User", config.user());
        text(json, "StopSignal", config.stopSignal());
        keys(json, "ExposedPorts", config.exposedPorts());
        keys(json, "Volumes", config.volumes());
        texts(json, "OnBuild", config.onBuild());
        texts(json, "Shell", config.shell());
        json.remove("Labels");
        if (!config.labels().isEmpty()) {
            ObjectNode labels = json.putObject("Labels");
            new TreeMap<>(config.labels()).forEach(labels::put);
        }
        json.remove("Healthcheck");
        Healthcheck health = config.healthcheck();
        if (health != null) {
            ObjectNode check = json.putObject("Healthcheck");
            texts(check, "Test", health.test());
            number(check, "Interval", health.intervalNanos());
            number(check, "Timeout", health.timeoutNanos());
            number(check, "StartPeriod", health.startPeriodNanos());
            number(check, "StartInterval", health.startIntervalNanos());
            number(check, "Retries", health.retries());
        }
    }

    private static ObjectNode entry(HistoryEntry step, boolean addsLayer) {
        ObjectNode entry = ImageConfigFile.JSON.createObjectNode();
        entry.put("created", step.created().toString());
        text(entry, "created_by", step.createdBy());
        text(entry, "author", step.author());
        text(entry, "comment", step.comment());
        if (!addsLayer) {
            entry.put("empty_layer", true);
        }
        return entry;
    }

    private static void rootfs(ObjectNode file, List<String> diffIds) {
        ObjectNode rootfs = ImageConfigFile.JSON.createObjectNode();
        rootfs.put("type", "layers");
        ArrayNode layers = rootfs.putArray("diff_ids");
        diffIds.forEach(layers::add);
        file.set("rootfs", rootfs);
    }

    /** The same file with other digests of its layers: the form that leaves, once they are known. */
    static byte[] withDiffIds(String config, List<String> diffIds) {
        ObjectNode file = (ObjectNode) ImageConfigFile.JSON.readTree(config);
        rootfs(file, diffIds);
        return ImageConfigFile.JSON.writeValueAsString(file).getBytes(StandardCharsets.UTF_8);
    }

    private static void text(ObjectNode json, String key, String value) {
        json.remove(key);
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    private static void number(ObjectNode json, String key, long value) {
        if (value != 0) {
            json.put(key, value);
        }
    }

    private static void texts(ObjectNode json, String key, List<String> values) {
        json.remove(key);
        if (!values.isEmpty()) {
            ArrayNode array = json.putArray(key);
            values.forEach(array::add);
        }
    }

    /** A set, which these files have as an object of empty objects. */
    private static void keys(ObjectNode json, String key, Collection<String> values) {
        json.remove(key);
        if (!values.isEmpty()) {
            ObjectNode set = json.putObject(key);
            values.stream().sorted().forEach(set::putObject);
        }
    }
}
