package dev.lighter.api;

import dev.lighter.container.ContainerRequest;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.StorageRequest;
import dev.lighter.container.Supervision;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.port.PortBinding;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container is asked for with; what is left out comes from the image or is the default. */
@Schema(name = "NewContainer")
record NewContainer(
        @NotBlank(message = "is missing: name one, such as lighter/host")
        @Schema(description = "Name or id", example = "lighter/host", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String image,

        @Schema(description = "Generated when left out", example = "builder") @Nullable
        String name,

        @Schema(description = "The program and its arguments", example = "[\"sh\", \"-c\", \"echo hello\"]") @Nullable
        List<@NotNull(message = "must not hold null") String> command,

        @Schema(description = "NAME=value", example = "[\"LANG=C.UTF-8\"]") @Nullable
        List<@NotNull(message = "must not hold null") String> env,

        @Nullable String workingDirectory,

        @Schema(description = "A user of the image's passwd file, or an id", example = "nobody") @Nullable
        String user,

        @Min(value = 6_291_456, message = "must be at least 6291456 (6 MB)") @Schema(example = "268435456") @Nullable
        Long memoryBytes,

        @DecimalMin(value = "0.01", message = "must be at least 0.01")
        @DecimalMax(value = "100000", message = "must be at most 100000")
        @Schema(description = "Processors, in fractions too", example = "1.5")
        @Nullable
        Double cpus,

        @Min(value = 1, message = "must be at least 1")
        @Schema(description = "Processes and threads", example = "100")
        @Nullable
        Long pidsLimit,

        @Schema(
                description =
                        "A network's name or id, none, host, or container: with the id of another whose network it"
                                + " shares",
                example = "shop",
                defaultValue = "bridge")
        @Nullable
        String network,

        @Schema(description = "Further names that others on the network know it by", example = "[\"db\"]") @Nullable
        List<@NotNull(message = "must not hold null") String> aliases,

        @Schema(
                description = "Ports to reach at the host: [[address:]port:]port[/protocol], each a number or a range",
                example = "[\"8080:80\"]")
        @Nullable
        List<@NotNull(message = "must not hold null") String> ports,

        @Schema(
                description = "Volumes and directories of the host to mount: name:path[:ro] or /directory:path[:ro]",
                example = "[\"data:/var/lib/data\"]")
        @Nullable
        List<@NotNull(message = "must not hold null") String> volumes,

        @Schema(
                description = "Whether its users and groups are its own, so that its root is nobody on the host; as"
                        + " configured when left out")
        @Nullable
        Boolean userNamespace,

        @Schema(description = "Whether it is removed when it ends", defaultValue = "false") @Nullable
        Boolean autoRemove,

        @Schema(description = "Whether it is started at once", defaultValue = "true") @Nullable
        Boolean start) {
    private static final double NANOS = 1e9;

    boolean wantsStart() {
        return start == null || start;
    }

    ContainerRequest toRequest() {
        ContainerSpec.Resources resources = new ContainerSpec.Resources(
                memoryBytes == null ? 0 : memoryBytes,
                0,
                0,
                cpus == null ? 0 : Math.round(cpus * NANOS),
                0,
                0,
                0,
                "",
                "",
                pidsLimit,
                List.of());
        return new ContainerRequest(
                name,
                orEmpty(image),
                null,
                command == null || command.isEmpty() ? null : command,
                env == null ? List.of() : env,
                orEmpty(workingDirectory),
                orEmpty(user),
                "",
                "",
                Map.of(),
                "",
                null,
                new ContainerSpec.Streams(false, true, true, false, false, false),
                autoRemove != null && autoRemove,
                resources,
                List.of(),
                List.of(),
                List.of(),
                false,
                List.of(),
                networkOptions(),
                endpoints(),
                "",
                Map.of(),
                Supervision.none(),
                ContainerSpec.Isolation.USUAL,
                new StorageRequest(
                        volumes == null ? List.of() : volumes, List.of(), List.of(), Map.of(), List.of(), "", Map.of()),
                userNamespace == null ? "" : userNamespace ? "private" : "host");
    }

    private NetworkOptions networkOptions() {
        List<PortBinding> bindings = ports == null
                ? List.of()
                : ports.stream()
                        .flatMap(port -> PortNotation.parse(port).stream())
                        .toList();
        List<String> exposed = bindings.stream()
                .map(binding -> binding.containerPort() + "/" + binding.protocol())
                .distinct()
                .toList();
        return new NetworkOptions(
                mode(), false, bindings, false, exposed, List.of(), List.of(), List.of(), List.of(), List.of(), "");
    }

    private Map<String, EndpointSettings> endpoints() {
        return aliases == null || aliases.isEmpty()
                ? Map.of()
                : Map.of(NetworkOptions.of(mode()).network(), new NewEndpoint(aliases, null, null, null).toSettings());
    }

    private String mode() {
        return network == null || network.isBlank() ? "default" : network.strip();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
