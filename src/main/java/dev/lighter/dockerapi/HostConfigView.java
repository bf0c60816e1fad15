package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerView;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.StorageRequest;
import dev.lighter.dockerapi.HostConfigBody.LogConfigBody;
import dev.lighter.dockerapi.IsolationBody.DeviceBody;
import dev.lighter.dockerapi.IsolationBody.DeviceRequestBody;
import dev.lighter.dockerapi.PortMap.HostPort;
import dev.lighter.dockerapi.ResourcesBody.ThrottleDevice;
import dev.lighter.dockerapi.ResourcesBody.UlimitBody;
import dev.lighter.dockerapi.ResourcesBody.WeightDevice;
import dev.lighter.launch.LaunchIsolation;
import dev.lighter.network.Network;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The host's part of a container's configuration, as inspection shows it. */
record HostConfigView(
        @JsonProperty("Binds") @Nullable List<String> binds,

        @JsonProperty("Mounts") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<MountBody> mounts,

        @JsonProperty("VolumesFrom") @Nullable List<String> volumesFrom,
        @JsonProperty("VolumeDriver") String volumeDriver,

        @JsonProperty("Tmpfs") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, String> tmpfs,

        @JsonProperty("StorageOpt") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, String> storageOptions,

        @JsonProperty("ContainerIDFile") String containerIdFile,
        @JsonProperty("LogConfig") LogConfigBody logConfig,
        @JsonProperty("NetworkMode") String networkMode,
        @JsonProperty("PortBindings") Map<String, List<HostPort>> portBindings,
        @JsonProperty("RestartPolicy") RestartPolicy restartPolicy,
        @JsonProperty("AutoRemove") boolean autoRemove,
        @JsonProperty("ConsoleSize") List<Integer> consoleSize,

        @JsonProperty("Annotations") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, String> annotations,

        @JsonProperty("CapAdd") @Nullable List<String> capAdd,
        @JsonProperty("CapDrop") @Nullable List<String> capDrop,
        @JsonProperty("CgroupnsMode") String cgroupnsMode,
        @JsonProperty("Dns") List<String> dns,
        @JsonProperty("DnsOptions") List<String> dnsOptions,
        @JsonProperty("DnsSearch") List<String> dnsSearch,
        @JsonProperty("ExtraHosts") @Nullable List<String> extraHosts,
        @JsonProperty("GroupAdd") @Nullable List<String> groupAdd,
        @JsonProperty("IpcMode") String ipcMode,
        @JsonProperty("Links") @Nullable List<String> links,
        @JsonProperty("OomScoreAdj") int oomScoreAdj,
        @JsonProperty("PidMode") String pidMode,
        @JsonProperty("Privileged") boolean privileged,
        @JsonProperty("PublishAllPorts") boolean publishAllPorts,
        @JsonProperty("ReadonlyRootfs") boolean readonlyRootfs,
        @JsonProperty("SecurityOpt") @Nullable List<String> securityOpt,
        @JsonProperty("UTSMode") String utsMode,
        @JsonProperty("UsernsMode") String usernsMode,
        @JsonProperty("ShmSize") long shmSize,

        @JsonProperty("Sysctls") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, String> sysctls,

        @JsonProperty("Runtime") String runtime,
        @JsonProperty("Isolation") String isolation,
        @JsonProperty("CpuShares") long cpuShares,
        @JsonProperty("Memory") long memory,
        @JsonProperty("NanoCpus") long nanoCpus,
        @JsonProperty("CgroupParent") String cgroupParent,
        @JsonProperty("BlkioWeight") int blkioWeight,
        @JsonProperty("BlkioWeightDevice") List<WeightDevice> blkioWeightDevice,
        @JsonProperty("BlkioDeviceReadBps") List<ThrottleDevice> blkioDeviceReadBps,
        @JsonProperty("BlkioDeviceWriteBps") List<ThrottleDevice> blkioDeviceWriteBps,
        @JsonProperty("BlkioDeviceReadIOps") List<ThrottleDevice> blkioDeviceReadIops,
        @JsonProperty("BlkioDeviceWriteIOps") List<ThrottleDevice> blkioDeviceWriteIops,
        @JsonProperty("CpuPeriod") long cpuPeriod,
        @JsonProperty("CpuQuota") long cpuQuota,
        @JsonProperty("CpuRealtimePeriod") long cpuRealtimePeriod,
        @JsonProperty("CpuRealtimeRuntime") long cpuRealtimeRuntime,
        @JsonProperty("CpusetCpus") String cpusetCpus,
        @JsonProperty("CpusetMems") String cpusetMems,
        @JsonProperty("MemoryReservation") long memoryReservation,
        @JsonProperty("MemorySwap") long memorySwap,
        @JsonProperty("MemorySwappiness") @Nullable Long memorySwappiness,
        @JsonProperty("OomKillDisable") boolean oomKillDisable,
        @JsonProperty("Devices") List<DeviceBody> devices,
        @JsonProperty("DeviceCgroupRules") @Nullable List<String> deviceCgroupRules,
        @JsonProperty("DeviceRequests") @Nullable List<DeviceRequestBody> deviceRequests,

        @JsonProperty("Init") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Boolean init,

        @JsonProperty("PidsLimit") @Nullable Long pidsLimit,
        @JsonProperty("Ulimits") List<UlimitBody> ulimits,
        @JsonProperty("MaskedPaths") @Nullable List<String> maskedPaths,
        @JsonProperty("ReadonlyPaths") @Nullable List<String> readonlyPaths) {

    /** When a container starts again by itself. */
    record RestartPolicy(
            @JsonProperty("Name") String name,
            @JsonProperty("MaximumRetryCount") int maximumRetryCount) {}

    static HostConfigView of(ContainerView container) {
        ContainerSpec spec = container.spec();
        NetworkOptions network = spec.network();
        ContainerSpec.Isolation isolation = spec.isolation();
        ContainerSpec.Resources resources = spec.resources();
        ContainerSpec.BlockIo block = resources.blockIo();
        StorageRequest storage = spec.storage().asked();
        return new HostConfigView(
                nullIfEmpty(storage.binds()),
                storage.mounts().stream().map(MountBody::of).toList(),
                nullIfEmpty(storage.volumesFrom()),
                storage.volumeDriver(),
                storage.tmpfs(),
                storage.storageOptions(),
                isolation.notes().containerIdFile(),
                new LogConfigBody(spec.logDriver(), spec.logOptions()),
                network.network(),
                PortMap.of(network.portBindings()),
                new RestartPolicy(
                        spec.supervision().restartPolicy(), spec.supervision().mostRetries()),
                spec.autoRemove(),
                isolation.notes().consoleSize(),
                isolation.notes().annotations(),
                nullIfEmpty(spec.capAdd()),
                nullIfEmpty(spec.capDrop()),
                isolation.cgroupnsMode(),
                network.dns(),
                network.dnsOptions(),
                network.dnsSearch(),
                nullIfEmpty(network.extraHosts()),
                nullIfEmpty(spec.groupAdd()),
                isolation.ipcMode(),
                nullIfEmpty(links(container)),
                resources.memoryPressure().oomScoreAdjustment(),
                isolation.pidMode(),
                isolation.privileged(),
                network.publishAllPorts(),
                spec.readOnlyRoot(),
                nullIfEmpty(spec.securityOptions()),
                isolation.utsMode(),
                spec.users().mode(),
                isolation.shmSize(),
                isolation.sysctls(),
                isolation.runtime(),
                isolation.technology(),
                resources.cpuShares(),
                resources.memory(),
                resources.nanoCpus(),
                resources.cgroupParent(),
                block.weight(),
                block.weights().stream()
                        .map(device -> new WeightDevice(device.path(), Math.toIntExact(device.rate())))
                        .toList(),
                throttles(block.readBps()),
                throttles(block.writeBps()),
                throttles(block.readIops()),
                throttles(block.writeIops()),
                resources.cpuPeriod(),
                resources.cpuQuota(),
                resources.realtime().period(),
                resources.realtime().runtime(),
                resources.cpusetCpus(),
                resources.cpusetMems(),
                resources.memoryReservation(),
                resources.memorySwap(),
                resources.memoryPressure().swappiness(),
                resources.memoryPressure().oomKillDisable(),
                isolation.devices().stream()
                        .map(device -> new DeviceBody(
                                device.pathOnHost(), device.pathInContainer(), device.cgroupPermissions()))
                        .toList(),
                nullIfEmpty(isolation.deviceCgroupRules()),
                null,
                isolation.init(),
                resources.pidsLimit(),
                resources.ulimits().stream().map(UlimitBody::of).toList(),
                paths(isolation.maskedPaths(), isolation.privileged(), LaunchIsolation.USUALLY_MASKED),
                paths(isolation.readonlyPaths(), isolation.privileged(), LaunchIsolation.USUALLY_READ_ONLY));
    }

    private static List<ThrottleDevice> throttles(List<ContainerSpec.DeviceRate> rates) {
        return rates.stream()
                .map(rate -> new ThrottleDevice(rate.path(), rate.rate()))
                .toList();
    }

    /** A privileged container has none, and Docker says so with null. */
    private static @Nullable List<String> paths(@Nullable List<String> asked, boolean privileged, List<String> usual) {
        if (asked != null) {
            return asked;
        }
        return privileged ? null : usual;
    }

    /** Links on the default network are shown from the root of all names; on others they are the endpoint's. */
    private static List<String> links(ContainerView container) {
        NetworkOptions network = container.spec().network();
        if (!network.network().equals(Network.DEFAULT)) {
            return List.of();
        }
        return network.links().stream()
                .map(link -> {
                    int colon = link.indexOf(':');
                    String target = colon < 0 ? link : link.substring(0, colon);
                    return "/" + target + ":/" + container.name() + "/" + link.substring(colon < 0 ? 0 : colon + 1);
                })
                .toList();
    }

    private static @Nullable List<String> nullIfEmpty(List<String> texts) {
        return texts.isEmpty() ? null : texts;
    }
}
