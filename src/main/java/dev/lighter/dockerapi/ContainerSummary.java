package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerState;
import dev.lighter.container.ContainerView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One container in a list. Times are seconds since 1970, sizes bytes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ContainerSummary(
        @JsonProperty("Id") String id,

        @JsonProperty("Names") @Schema(example = "[\"/web\"]")
        List<String> names,

        @JsonProperty("Image") @Schema(example = "lighter/host")
        String image,

        @JsonProperty("ImageID") String imageId,

        @JsonProperty("Command") @Schema(example = "sh -c 'echo hi'")
        String command,

        @JsonProperty("Created") long created,
        @JsonProperty("Ports") List<PortSummary> ports,
        @JsonProperty("SizeRw") @Nullable Long sizeRw,
        @JsonProperty("SizeRootFs") @Nullable Long sizeRootFs,
        @JsonProperty("Labels") Map<String, String> labels,
        @JsonProperty("State") @Schema(example = "running") String state,

        @JsonProperty("Status") @Schema(example = "Up 3 seconds")
        String status,

        @JsonProperty("HostConfig") HostConfig hostConfig,
        @JsonProperty("NetworkSettings") Networks networkSettings,
        @JsonProperty("Mounts") List<MountView> mounts) {
    /** The part of the host configuration that lists show. */
    record HostConfig(@JsonProperty("NetworkMode") String networkMode) {}

    /** The networks by name. */
    record Networks(@JsonProperty("Networks") Map<String, EndpointView> networks) {}

    /** The sizes of a container's own files, and of these with its image. */
    record Sizes(long own, long all) {}

    static ContainerSummary of(
            ContainerView container,
            List<PortSummary> ports,
            Map<String, EndpointView> networks,
            List<MountView> mounts,
            @Nullable Sizes sizes,
            String status) {
        return new ContainerSummary(
                container.id(),
                List.of("/" + container.name()),
                container.spec().image(),
                container.spec().imageId(),
                command(container.spec().command()),
                container.spec().created().getEpochSecond(),
                ports,
                sizes == null ? null : sizes.own(),
                sizes == null ? null : sizes.all(),
                container.spec().labels(),
                stateWord(container.state()),
                status,
                new HostConfig(container.spec().network().network()),
                new Networks(networks),
                mounts);
    }

    static String stateWord(ContainerState state) {
        return state.status().name().toLowerCase(Locale.ROOT);
    }

    /** The program and its arguments; those with spaces in quotes. */
    private static String command(List<String> words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            if (word.indexOf(' ') >= 0) {
                text.append('\'').append(word).append('\'');
            } else {
                text.append(word);
            }
        }
        return text.toString();
    }

    /** How it is and since when, in words. */
    static String status(ContainerState state, Instant now) {
        return switch (state.status()) {
            case CREATED -> "Created";
            case REMOVING -> "Removal In Progress";
            case RUNNING -> "Up " + since(state.startedAt(), now) + HealthView.suffix(state);
            case PAUSED -> "Up " + since(state.startedAt(), now) + " (Paused)";
            case RESTARTING -> "Restarting (" + state.exitCode() + ") " + since(state.finishedAt(), now) + " ago";
            case EXITED -> "Exited (" + state.exitCode() + ") " + since(state.finishedAt(), now) + " ago";
        };
    }

    private static String since(@Nullable Instant time, Instant now) {
        return HumanDuration.of(time == null ? Duration.ZERO : Duration.between(time, now));
    }
}
