package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.image.ImageConfig;
import dev.lighter.network.port.ExposedPort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /commit}: what the image says otherwise than its container. */
final class CommitBody extends StrictBody {
    /** What is about one container; images that say it have no effect by it, in Docker neither. */
    private static final Set<String> OF_CONTAINERS = Set.of(
            "Hostname",
            "Domainname",
            "AttachStdin",
            "AttachStdout",
            "AttachStderr",
            "Tty",
            "OpenStdin",
            "StdinOnce",
            "Image",
            "NetworkDisabled",
            "MacAddress",
            "ArgsEscaped",
            "StopTimeout");

    @JsonProperty("Cmd")
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> cmd;

    @JsonProperty("Entrypoint")
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> entrypoint;

    @JsonProperty("Env")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> env;

    @JsonProperty("WorkingDir")
    @Nullable
    String workingDir;

    @JsonProperty("User")
    @Nullable
    String user;

    @JsonProperty("Labels")
    @JsonSetter(contentNulls = Nulls.AS_EMPTY)
    @Nullable
    Map<String, String> labels;

    @JsonProperty("StopSignal")
    @Nullable
    String stopSignal;

    @JsonProperty("ExposedPorts")
    @Nullable
    Map<String, Object> exposedPorts;

    @JsonProperty("Volumes")
    @Nullable
    Map<String, Object> volumes;

    @JsonProperty("OnBuild")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> onBuild;

    @JsonProperty("Shell")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> shell;

    @JsonProperty("Healthcheck")
    @Nullable
    HealthcheckBody healthcheck;

    /** What it says; empty where it says nothing. */
    ImageConfig config() {
        other.keySet().removeAll(OF_CONTAINERS);
        refuseOther("");
        return new ImageConfig(
                orEmpty(env),
                orEmpty(entrypoint),
                orEmpty(cmd),
                orEmpty(workingDir),
                orEmpty(user),
                orEmpty(labels),
                orEmpty(stopSignal),
                exposedPorts == null
                        ? List.of()
                        : exposedPorts.keySet().stream()
                                .flatMap(ports -> ExposedPort.parse(ports).stream())
                                .map(ExposedPort::toString)
                                .sorted()
                                .toList(),
                volumes == null ? List.of() : List.copyOf(new TreeSet<>(volumes.keySet())),
                healthcheck == null ? null : healthcheck.healthcheck(),
                orEmpty(onBuild),
                orEmpty(shell));
    }
}
