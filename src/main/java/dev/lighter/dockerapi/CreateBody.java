package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.container.ContainerRequest;
import dev.lighter.container.ContainerSpec;
import dev.lighter.error.EngineException;
import dev.lighter.network.port.ExposedPort;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /containers/create}. Fields that are not listed here must be at their defaults: a request for something that
 * this engine would not do is refused, naming the field, and never ignored.
 */
final class CreateBody extends StrictBody {
    @JsonProperty("Image")
    @Nullable
    String image;

    @JsonProperty("Cmd")
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    @Nullable
    List<String> cmd;

    @JsonProperty("Entrypoint")
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    @Nullable
    List<String> entrypoint;

    @JsonProperty("Env")
    @Nullable
    List<String> env;

    @JsonProperty("WorkingDir")
    @Nullable
    String workingDir;

    @JsonProperty("User")
    @Nullable
    String user;

    @JsonProperty("Hostname")
    @Nullable
    String hostname;

    @JsonProperty("Domainname")
    @Nullable
    String domainname;

    @JsonProperty("Labels")
    @Nullable
    Map<String, String> labels;

    @JsonProperty("StopSignal")
    @Nullable
    String stopSignal;

    @JsonProperty("StopTimeout")
    @Nullable
    Integer stopTimeout;

    @JsonProperty("AttachStdin")
    boolean attachStdin;

    @JsonProperty("AttachStdout")
    boolean attachStdout;

    @JsonProperty("AttachStderr")
    boolean attachStderr;

    @JsonProperty("OpenStdin")
    boolean openStdin;

    @JsonProperty("StdinOnce")
    boolean stdinOnce;

    @JsonProperty("Tty")
    boolean tty;

    @JsonProperty("HostConfig")
    @Nullable
    HostConfigBody hostConfig;

    @JsonProperty("ExposedPorts")
    @Nullable
    Map<String, Object> exposedPorts;

    @JsonProperty("Volumes")
    @Nullable
    Map<String, Object> volumes;

    @JsonProperty("MacAddress")
    @Nullable
    String macAddress;

    @JsonProperty("NetworkDisabled")
    boolean networkDisabled;

    @JsonProperty("ArgsEscaped")
    boolean argsEscaped;

    @JsonProperty("OnBuild")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> onBuild;

    @JsonProperty("Shell")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> shell;

    @JsonProperty("NetworkingConfig")
    @Nullable
    NetworkingConfigBody networkingConfig;

    @JsonProperty("Healthcheck")
    @Nullable
    HealthcheckBody healthcheck;

    ContainerRequest toRequest(@Nullable String name, int minorVersion) {
        String from = image;
        if (from == null || from.isEmpty()) {
            throw EngineException.invalid("No image specified: name one in Image, such as lighter/host");
        }
        refuseOther("");
        HostConfigBody host = hostConfig == null ? new HostConfigBody() : hostConfig;
        host.refuseOther("HostConfig.");
        return new ContainerRequest(
                name,
                from,
                entrypoint,
                cmd,
                orEmpty(env),
                orEmpty(workingDir),
                orEmpty(user),
                orEmpty(hostname),
                orEmpty(domainname),
                orEmpty(labels),
                orEmpty(stopSignal),
                stopTimeout,
                new ContainerSpec.Streams(attachStdin, attachStdout, attachStderr, openStdin, stdinOnce, tty),
                host.autoRemove,
                host.resources(),
                orEmpty(host.capAdd),
                orEmpty(host.capDrop),
                orEmpty(host.securityOpt),
                host.readonlyRootfs,
                orEmpty(host.groupAdd),
                host.network(networkDisabled, exposedPorts(), orEmpty(macAddress)),
                networkingConfig == null ? Map.of() : networkingConfig.settings(minorVersion),
                host.logConfig == null ? "" : orEmpty(host.logConfig.type()),
                host.logConfig == null || host.logConfig.config() == null ? Map.of() : host.logConfig.config(),
                host.supervision().withHealthcheck(healthcheck == null ? null : healthcheck.healthcheck()),
                host.isolation(argsEscaped, orEmpty(onBuild), orEmpty(shell)),
                host.storage(volumes == null ? List.of() : List.copyOf(volumes.keySet())));
    }

    /** With the protocol, as {@code 80/tcp}. */
    private List<String> exposedPorts() {
        return exposedPorts == null
                ? List.of()
                : exposedPorts.keySet().stream()
                        .flatMap(ports -> ExposedPort.parse(ports).stream())
                        .map(ExposedPort::toString)
                        .toList();
    }
}
