package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.ImageDetails;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything about an image. */
record ImageInspect(
        @JsonProperty("Id") String id,
        @JsonProperty("RepoTags") List<String> repoTags,
        @JsonProperty("RepoDigests") List<String> repoDigests,
        @JsonProperty("Parent") String parent,
        @JsonProperty("Comment") String comment,
        @JsonProperty("Created") String created,
        @JsonProperty("DockerVersion") String dockerVersion,
        @JsonProperty("Author") String author,
        @JsonProperty("Config") Map<String, Object> config,
        @JsonProperty("Architecture") String architecture,

        @JsonProperty("Variant") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        String variant,

        @JsonProperty("Os") String os,

        @JsonProperty("OsVersion") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        String osVersion,

        @JsonProperty("Size") long size,
        @JsonProperty("VirtualSize") long virtualSize,
        @JsonProperty("GraphDriver") GraphDriver graphDriver,
        @JsonProperty("RootFS") RootFs rootFs,
        @JsonProperty("Metadata") Metadata metadata,

        @JsonProperty("Descriptor") @JsonInclude(JsonInclude.Include.NON_NULL)
        ImageManifestView.@Nullable Descriptor descriptor,

        @JsonProperty("Manifests") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        List<ImageManifestView> manifests) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Where the layers are on this machine. */
    record GraphDriver(
            @JsonProperty("Name") String name,
            @JsonProperty("Data") Map<String, String> data) {}

    /** The digests of the uncompressed layers, lowest first. */
    record RootFs(
            @JsonProperty("Type") String type,
            @JsonProperty("Layers") List<String> layers) {}

    /** What this engine knows besides. */
    record Metadata(@JsonProperty("LastTagTime") String lastTagTime) {}

    /**
     * @param file the configuration file
     * @param descriptor of the manifest; null as long as the image has none
     * @param manifest the same with what it takes on the disk; null where nobody asked
     */
    static ImageInspect of(
            ImageDetails image,
            String file,
            List<Path> layers,
            ImageManifestView.@Nullable Descriptor descriptor,
            @Nullable ImageManifestView manifest) {
        JsonNode root = JSON.readTree(file);
        return new ImageInspect(
                image.id(),
                image.repoTags(),
                image.repoDigests(),
                image.parentId(),
                image.comment(),
                Timestamps.format(image.created()),
                root.path("docker_version").asString(""),
                image.author(),
                config(root.path("config")),
                image.architecture(),
                image.variant(),
                image.os(),
                root.path("os.version").asString(""),
                image.sizeBytes(),
                image.sizeBytes(),
                new GraphDriver("overlay2", places(layers)),
                new RootFs("layers", image.diffIds()),
                new Metadata(Timestamps.format(image.taggedAt())),
                descriptor,
                manifest == null ? null : List.of(manifest));
    }

    /** What containers made from the image take from it, as it is in the image; and what Docker's clients expect besides. */
    private static Map<String, Object> config(JsonNode raw) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("User", "");
        for (String list : List.of("Env", "Cmd", "Entrypoint", "Volumes", "OnBuild", "Labels")) {
            config.put(list, null);
        }
        config.put("WorkingDir", "");
        raw.propertyStream().forEach(one -> config.put(one.getKey(), one.getValue()));
        return config;
    }

    private static Map<String, String> places(List<Path> layers) {
        Map<String, String> places = new LinkedHashMap<>();
        int top = layers.size() - 1;
        if (top > 0) {
            places.put(
                    "LowerDir",
                    layers.subList(0, top).stream()
                            .map(Path::toString)
                            .collect(Collectors.collectingAndThen(Collectors.toList(), ImageInspect::uppermostFirst)));
        }
        if (top >= 0) {
            places.put("UpperDir", layers.get(top).toString());
        }
        return places;
    }

    private static String uppermostFirst(List<String> lowestFirst) {
        Collections.reverse(lowestFirst);
        return String.join(":", lowestFirst);
    }
}
