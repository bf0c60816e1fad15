package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.container.ContainerSpec.Isolation;
import dev.lighter.container.ContainerSpec.Isolation.Device;
import dev.lighter.container.ContainerSpec.Notes;
import dev.lighter.error.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fields of a {@code HostConfig} that say how a container is kept apart from its host and from others. */
abstract class IsolationBody extends ResourcesBody {
    @JsonProperty("Privileged")
    boolean privileged;

    @JsonProperty("Devices")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<DeviceBody> devices;

    @JsonProperty("DeviceCgroupRules")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> deviceCgroupRules;

    @JsonProperty("DeviceRequests")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<DeviceRequestBody> deviceRequests;

    @JsonProperty("MaskedPaths")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> maskedPaths;

    @JsonProperty("ReadonlyPaths")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> readonlyPaths;

    @JsonProperty("PidMode")
    @Nullable
    String pidMode;

    @JsonProperty("IpcMode")
    @Nullable
    String ipcMode;

    @JsonProperty("UTSMode")
    @Nullable
    String utsMode;

    @JsonProperty("CgroupnsMode")
    @Nullable
    String cgroupnsMode;

    @JsonProperty("Init")
    @Nullable
    Boolean init;

    @JsonProperty("Sysctls")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> sysctls;

    @JsonProperty("ShmSize")
    long shmSize;

    @JsonProperty("Runtime")
    @Nullable
    String runtime;

    @JsonProperty("Isolation")
    @Nullable
    String technology;

    @JsonProperty("Annotations")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> annotations;

    @JsonProperty("ConsoleSize")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<Integer> consoleSize;

    @JsonProperty("ContainerIDFile")
    @Nullable
    String containerIdFile;

    /** One device of the host, or a directory of devices. */
    record DeviceBody(
            @JsonProperty("PathOnHost") @Nullable String pathOnHost,
            @JsonProperty("PathInContainer") @Nullable String pathInContainer,
            @JsonProperty("CgroupPermissions") @Nullable String cgroupPermissions) {}

    /** A wish for devices that a driver would find. */
    record DeviceRequestBody(
            @JsonProperty("Driver") @Nullable String driver,
            @JsonProperty("Count") @Nullable Integer count,
            @JsonProperty("DeviceIDs") @Nullable List<String> deviceIds,
            @JsonProperty("Capabilities") @Nullable List<List<String>> capabilities,
            @JsonProperty("Options") @Nullable Map<String, String> options) {}

    Isolation isolation(boolean argsEscaped, List<String> onBuild, List<String> shell) {
        refuseRequests();
        return new Isolation(
                privileged,
                devices == null
                        ? List.of()
                        : devices.stream()
                                .map(device -> new Device(
                                        orEmpty(device.pathOnHost()),
                                        orEmpty(device.pathInContainer()),
                                        orEmpty(device.cgroupPermissions())))
                                .toList(),
                orEmpty(deviceCgroupRules),
                maskedPaths,
                readonlyPaths,
                orEmpty(pidMode),
                orEmpty(ipcMode),
                orEmpty(utsMode),
                orEmpty(cgroupnsMode),
                init,
                orEmpty(sysctls),
                shmSize,
                orEmpty(runtime),
                orEmpty(technology),
                new Notes(
                        orEmpty(annotations),
                        consoleSize == null ? Notes.NONE.consoleSize() : consoleSize,
                        argsEscaped,
                        onBuild,
                        shell,
                        orEmpty(containerIdFile)));
    }

    /** There are no drivers: whoever asks one for devices gets none. */
    private void refuseRequests() {
        if (deviceRequests == null || deviceRequests.isEmpty()) {
            return;
        }
        DeviceRequestBody request = deviceRequests.get(0);
        List<List<String>> capabilities = Objects.requireNonNullElse(request.capabilities(), List.of());
        String shown = capabilities.stream()
                .map(all -> String.valueOf(all).replace(",", ""))
                .reduce("", (a, b) -> a.isEmpty() ? b : a + " " + b);
        throw EngineException.invalid("HostConfig.DeviceRequests: could not select device driver \""
                + orEmpty(request.driver()) + "\" with capabilities: [" + shown
                + "]: name the device itself in HostConfig.Devices");
    }
}
