package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.ImageConfig;
import dev.lighter.image.ImageDetails;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
        @JsonProperty("Config") Config config,
        @JsonProperty("Architecture") String architecture,

        @JsonProperty("Variant") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        String variant,

        @JsonProperty("Os") String os,
        @JsonProperty("Size") long size,
        @JsonProperty("VirtualSize") long virtualSize,
        @JsonProperty("GraphDriver") GraphDriver graphDriver,
        @JsonProperty("RootFS") RootFs rootFs,
        @JsonProperty("Metadata") Metadata metadata) {
    /** What containers made from the image take from it. Lists and maps that the image does not have are null, as in Docker's answer. */
    record Config(
            @JsonProperty("User") String user,

            @JsonProperty("ExposedPorts") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Map<String, Map<String, String>> exposedPorts,

            @JsonProperty("Env") List<String> env,
            @JsonProperty("Entrypoint") @Nullable List<String> entrypoint,
            @JsonProperty("Cmd") @Nullable List<String> cmd,

            @JsonProperty("Volumes") @Nullable Map<String, Map<String, String>> volumes,

            @JsonProperty("WorkingDir") String workingDir,
            @JsonProperty("OnBuild") @Nullable List<String> onBuild,

            @JsonProperty("Healthcheck") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            HealthcheckBody healthcheck,

            @JsonProperty("Labels") @Nullable Map<String, String> labels,

            @JsonProperty("StopSignal") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            String stopSignal) {}

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

    static ImageInspect of(ImageDetails image, List<Path> layers) {
        return new ImageInspect(
                image.id(),
                image.repoTags(),
                image.repoDigests(),
                "",
                image.comment(),
                Timestamps.format(image.created()),
                "",
                image.author(),
                config(image.config()),
                image.architecture(),
                image.variant(),
                image.os(),
                image.sizeBytes(),
                image.sizeBytes(),
                new GraphDriver("overlay2", places(layers)),
                new RootFs("layers", image.diffIds()),
                new Metadata(Timestamps.ZERO));
    }

    private static Config config(ImageConfig config) {
        return new Config(
                config.user(),
                set(config.exposedPorts()),
                config.env(),
                config.entrypoint().isEmpty() ? null : config.entrypoint(),
                config.cmd().isEmpty() ? null : config.cmd(),
                set(config.volumes()),
                config.workingDir(),
                null,
                HealthcheckBody.of(config.healthcheck()),
                config.labels().isEmpty() ? null : config.labels(),
                config.stopSignal());
    }

    /** Docker writes a set as an object with empty objects as values. */
    private static @Nullable Map<String, Map<String, String>> set(List<String> names) {
        if (names.isEmpty()) {
            return null;
        }
        Map<String, Map<String, String>> set = new LinkedHashMap<>();
        names.forEach(name -> set.put(name, Map.of()));
        return set;
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
