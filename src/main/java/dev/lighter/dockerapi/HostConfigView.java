package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerSpec;
import dev.lighter.dockerapi.HostConfigBody.LogConfigBody;
import dev.lighter.dockerapi.HostConfigBody.UlimitBody;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The host's part of a container's configuration, as inspection shows it. */
record HostConfigView(
        @JsonProperty("Binds") @Nullable List<String> binds,
        @JsonProperty("LogConfig") LogConfigBody logConfig,
        @JsonProperty("NetworkMode") String networkMode,
        @JsonProperty("PortBindings") Map<String, Object> portBindings,
        @JsonProperty("RestartPolicy") RestartPolicy restartPolicy,
        @JsonProperty("AutoRemove") boolean autoRemove,
        @JsonProperty("CapAdd") @Nullable List<String> capAdd,
        @JsonProperty("CapDrop") @Nullable List<String> capDrop,
        @JsonProperty("CgroupnsMode") String cgroupnsMode,
        @JsonProperty("GroupAdd") @Nullable List<String> groupAdd,
        @JsonProperty("IpcMode") String ipcMode,
        @JsonProperty("OomScoreAdj") int oomScoreAdj,
        @JsonProperty("PidMode") String pidMode,
        @JsonProperty("Privileged") boolean privileged,
        @JsonProperty("PublishAllPorts") boolean publishAllPorts,
        @JsonProperty("ReadonlyRootfs") boolean readonlyRootfs,
        @JsonProperty("SecurityOpt") @Nullable List<String> securityOpt,
        @JsonProperty("UTSMode") String utsMode,
        @JsonProperty("UsernsMode") String usernsMode,
        @JsonProperty("ShmSize") long shmSize,
        @JsonProperty("Runtime") String runtime,
        @JsonProperty("Isolation") String isolation,
        @JsonProperty("CpuShares") long cpuShares,
        @JsonProperty("Memory") long memory,
        @JsonProperty("NanoCpus") long nanoCpus,
        @JsonProperty("CgroupParent") String cgroupParent,
        @JsonProperty("CpuPeriod") long cpuPeriod,
        @JsonProperty("CpuQuota") long cpuQuota,
        @JsonProperty("CpusetCpus") String cpusetCpus,
        @JsonProperty("CpusetMems") String cpusetMems,
        @JsonProperty("MemoryReservation") long memoryReservation,
        @JsonProperty("MemorySwap") long memorySwap,
        @JsonProperty("MemorySwappiness") @Nullable Long memorySwappiness,
        @JsonProperty("OomKillDisable") boolean oomKillDisable,
        @JsonProperty("PidsLimit") @Nullable Long pidsLimit,
        @JsonProperty("Ulimits") List<UlimitBody> ulimits) {
    private static final long SHM_BYTES = 64L << 20;

    /** When a container starts again by itself: never. */
    record RestartPolicy(
            @JsonProperty("Name") String name,
            @JsonProperty("MaximumRetryCount") int maximumRetryCount) {}

    static HostConfigView of(ContainerSpec spec) {
        ContainerSpec.Resources resources = spec.resources();
        return new HostConfigView(
                null,
                new LogConfigBody(spec.logDriver(), spec.logOptions()),
                spec.network().mode(),
                Map.of(),
                new RestartPolicy("no", 0),
                spec.autoRemove(),
                nullIfEmpty(spec.capAdd()),
                nullIfEmpty(spec.capDrop()),
                "private",
                nullIfEmpty(spec.groupAdd()),
                "private",
                0,
                "",
                false,
                false,
                spec.readOnlyRoot(),
                nullIfEmpty(spec.securityOptions()),
                "",
                "",
                SHM_BYTES,
                "lighter",
                "",
                resources.cpuShares(),
                resources.memory(),
                resources.nanoCpus(),
                "",
                resources.cpuPeriod(),
                resources.cpuQuota(),
                resources.cpusetCpus(),
                resources.cpusetMems(),
                resources.memoryReservation(),
                resources.memorySwap(),
                null,
                false,
                resources.pidsLimit(),
                resources.ulimits().stream()
                        .map(limit -> new UlimitBody(limit.name(), limit.soft(), limit.hard()))
                        .toList());
    }

    private static @Nullable List<String> nullIfEmpty(List<String> texts) {
        return texts.isEmpty() ? null : texts;
    }
}
