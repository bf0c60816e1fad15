package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerState;
import dev.lighter.container.ContainerView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Everything about one container, as Docker words it. */
record ContainerInspect(
        @JsonProperty("Id") String id,

        @JsonProperty("Created") @Schema(example = "2026-01-31T12:00:00.123456789Z")
        String created,

        @JsonProperty("Path") String path,
        @JsonProperty("Args") List<String> args,
        @JsonProperty("State") State state,
        @JsonProperty("Image") String image,
        @JsonProperty("ResolvConfPath") String resolvConfPath,
        @JsonProperty("HostnamePath") String hostnamePath,
        @JsonProperty("HostsPath") String hostsPath,
        @JsonProperty("LogPath") String logPath,
        @JsonProperty("Name") String name,
        @JsonProperty("RestartCount") int restartCount,
        @JsonProperty("Driver") String driver,
        @JsonProperty("Platform") String platform,
        @JsonProperty("MountLabel") String mountLabel,
        @JsonProperty("ProcessLabel") String processLabel,
        @JsonProperty("AppArmorProfile") String appArmorProfile,
        @JsonProperty("ExecIDs") @Nullable List<String> execIds,
        @JsonProperty("HostConfig") HostConfigView hostConfig,
        @JsonProperty("GraphDriver") GraphDriver graphDriver,

        @JsonProperty("SizeRw") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Long sizeRw,

        @JsonProperty("SizeRootFs") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Long sizeRootFs,

        @JsonProperty("Mounts") List<MountView> mounts,
        @JsonProperty("Config") ConfigView config,
        @JsonProperty("NetworkSettings") NetworkSettingsView networkSettings) {
    /** How it is. */
    record State(
            @JsonProperty("Status") String status,
            @JsonProperty("Running") boolean running,
            @JsonProperty("Paused") boolean paused,
            @JsonProperty("Restarting") boolean restarting,
            @JsonProperty("OOMKilled") boolean oomKilled,
            @JsonProperty("Dead") boolean dead,
            @JsonProperty("Pid") int pid,
            @JsonProperty("ExitCode") int exitCode,
            @JsonProperty("Error") String error,
            @JsonProperty("StartedAt") String startedAt,
            @JsonProperty("FinishedAt") String finishedAt,

            @JsonProperty("Health") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            HealthView health) {
        static State of(ContainerState state) {
            return new State(
                    ContainerSummary.stateWord(state),
                    state.isRunning() || state.isRestarting(),
                    state.isPaused(),
                    state.isRestarting(),
                    state.oomKilled(),
                    false,
                    state.pid(),
                    state.exitCode(),
                    state.error(),
                    Timestamps.format(state.startedAt()),
                    Timestamps.format(state.finishedAt()),
                    HealthView.of(state.health()));
        }
    }

    /** Where its files are. */
    record GraphDriver(
            @JsonProperty("Name") String name,
            @JsonProperty("Data") Map<String, String> data) {}

    /**
     * Where it is on this machine.
     *
     * @param directory its own
     * @param log the directory of its log
     * @param image its image's layers, lowest first
     */
    record Places(Path directory, Path log, List<Path> image) {
        static Places of(Path log, List<Path> image) {
            return new Places(log.resolveSibling(""), log, image);
        }

        /** What its filesystem is put together from; the whole of it is reached through its process while it runs. */
        private Map<String, String> layers(ContainerState state) {
            Map<String, String> layers = new LinkedHashMap<>();
            layers.put(
                    "LowerDir",
                    IntStream.range(0, image.size())
                            .mapToObj(i -> image.get(image.size() - 1 - i).toString())
                            .collect(Collectors.joining(":")));
            if (state.isRunning()) {
                layers.put("MergedDir", "/proc/" + state.pid() + "/root");
            }
            layers.put("UpperDir", directory.resolve("upper").toString());
            layers.put("WorkDir", directory.resolve("work").toString());
            return layers;
        }
    }

    /** What it was asked to be. */
    record ConfigView(
            @JsonProperty("Hostname") String hostname,
            @JsonProperty("Domainname") String domainname,
            @JsonProperty("User") String user,
            @JsonProperty("AttachStdin") boolean attachStdin,
            @JsonProperty("AttachStdout") boolean attachStdout,
            @JsonProperty("AttachStderr") boolean attachStderr,

            @JsonProperty("ExposedPorts") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            Map<String, Map<String, String>> exposedPorts,

            @JsonProperty("Tty") boolean tty,
            @JsonProperty("OpenStdin") boolean openStdin,
            @JsonProperty("StdinOnce") boolean stdinOnce,
            @JsonProperty("Env") List<String> env,
            @JsonProperty("Cmd") List<String> cmd,

            @JsonProperty("ArgsEscaped") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            boolean argsEscaped,

            @JsonProperty("Image") String image,
            @JsonProperty("Volumes") @Nullable Map<String, Object> volumes,
            @JsonProperty("WorkingDir") String workingDir,
            @JsonProperty("Entrypoint") @Nullable List<String> entrypoint,

            @JsonProperty("NetworkDisabled") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            boolean networkDisabled,

            @JsonProperty("MacAddress") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            String macAddress,

            @JsonProperty("Healthcheck") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            HealthcheckBody healthcheck,

            @JsonProperty("OnBuild") @Nullable List<String> onBuild,
            @JsonProperty("Labels") Map<String, String> labels,

            @JsonProperty("StopSignal") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            String stopSignal,

            @JsonProperty("StopTimeout") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer stopTimeout,

            @JsonProperty("Shell") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            List<String> shell) {
        static ConfigView of(ContainerSpec spec) {
            ContainerSpec.Streams streams = spec.streams();
            return new ConfigView(
                    spec.hostname(),
                    spec.domainname(),
                    spec.user(),
                    streams.attachStdin(),
                    streams.attachStdout(),
                    streams.attachStderr(),
                    exposedPorts(spec.network().exposedPorts()),
                    streams.terminal(),
                    streams.openStdin(),
                    streams.stdinOnce(),
                    spec.env(),
                    spec.cmd(),
                    spec.isolation().notes().argsEscaped(),
                    spec.image(),
                    volumes(spec.storage()),
                    spec.workingDirectory().equals("/") ? "" : spec.workingDirectory(),
                    spec.entrypoint().isEmpty() ? null : spec.entrypoint(),
                    spec.network().disabled(),
                    spec.network().macAddress(),
                    HealthcheckBody.of(spec.supervision().healthcheck()),
                    spec.isolation().notes().onBuild().isEmpty()
                            ? null
                            : spec.isolation().notes().onBuild(),
                    spec.labels(),
                    spec.stopSignal(),
                    spec.stopTimeoutSeconds(),
                    spec.isolation().notes().shell());
        }

        private static @Nullable Map<String, Object> volumes(ContainerSpec.Storage storage) {
            Map<String, Object> places = new TreeMap<>();
            storage.asked().volumes().forEach(place -> places.put(place, Map.of()));
            return places.isEmpty() ? null : places;
        }

        private static Map<String, Map<String, String>> exposedPorts(List<String> ports) {
            Map<String, Map<String, String>> exposed = new TreeMap<>();
            ports.forEach(port -> exposed.put(port, Map.of()));
            return exposed;
        }
    }

    static ContainerInspect of(
            ContainerView container,
            NetworkSettingsView network,
            List<MountView> mounts,
            Places places,
            List<String> execIds,
            ContainerSummary.@Nullable Sizes sizes) {
        ContainerSpec spec = container.spec();
        ContainerState state = container.state();
        Path directory = places.directory();
        List<String> command = spec.command();
        return new ContainerInspect(
                container.id(),
                spec.created().toString(),
                command.get(0),
                command.subList(1, command.size()),
                State.of(state),
                spec.imageId(),
                directory.resolve("resolv.conf").toString(),
                directory.resolve("hostname").toString(),
                directory.resolve("hosts").toString(),
                places.log().toString(),
                "/" + container.name(),
                container.state().restarts(),
                "overlay2",
                "linux",
                "",
                "",
                "",
                execIds.isEmpty() ? null : execIds,
                HostConfigView.of(container),
                new GraphDriver("overlay2", places.layers(state)),
                sizes == null ? null : sizes.own(),
                sizes == null ? null : sizes.all(),
                mounts,
                ConfigView.of(spec),
                network);
    }
}
