package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.StorageRequest;
import dev.lighter.container.Supervision;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code HostConfig} of a container to create, as far as it has an effect; see {@link CreateBody} for the rest. */
final class HostConfigBody extends IsolationBody {
    @JsonProperty("AutoRemove")
    boolean autoRemove;

    @JsonProperty("Memory")
    long memory;

    @JsonProperty("MemorySwap")
    long memorySwap;

    @JsonProperty("MemoryReservation")
    long memoryReservation;

    @JsonProperty("NanoCpus")
    long nanoCpus;

    @JsonProperty("CpuQuota")
    long cpuQuota;

    @JsonProperty("CpuPeriod")
    long cpuPeriod;

    @JsonProperty("CpuShares")
    long cpuShares;

    @JsonProperty("CpusetCpus")
    @Nullable
    String cpusetCpus;

    @JsonProperty("CpusetMems")
    @Nullable
    String cpusetMems;

    @JsonProperty("PidsLimit")
    @Nullable
    Long pidsLimit;

    @JsonProperty("Ulimits")
    @Nullable
    List<UlimitBody> ulimits;

    @JsonProperty("CapAdd")
    @Nullable
    List<String> capAdd;

    @JsonProperty("CapDrop")
    @Nullable
    List<String> capDrop;

    @JsonProperty("SecurityOpt")
    @Nullable
    List<String> securityOpt;

    @JsonProperty("ReadonlyRootfs")
    boolean readonlyRootfs;

    @JsonProperty("GroupAdd")
    @Nullable
    List<String> groupAdd;

    @JsonProperty("NetworkMode")
    @Nullable
    String networkMode;

    @JsonProperty("PortBindings")
    @Nullable
    Map<String, @Nullable List<PortMap.@Nullable HostPort>> portBindings;

    @JsonProperty("PublishAllPorts")
    boolean publishAllPorts;

    @JsonProperty("Dns")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> dns;

    @JsonProperty("DnsOptions")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> dnsOptions;

    @JsonProperty("DnsSearch")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> dnsSearch;

    @JsonProperty("ExtraHosts")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> extraHosts;

    @JsonProperty("Links")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> links;

    @JsonProperty("RestartPolicy")
    @Nullable
    RestartPolicyBody restartPolicy;

    @JsonProperty("LogConfig")
    @Nullable
    LogConfigBody logConfig;

    @JsonProperty("UsernsMode")
    @Nullable
    String usernsMode;

    @JsonProperty("Binds")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> binds;

    @JsonProperty("Mounts")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<MountBody> mounts;

    @JsonProperty("VolumesFrom")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> volumesFrom;

    @JsonProperty("Tmpfs")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> tmpfs;

    @JsonProperty("VolumeDriver")
    @Nullable
    String volumeDriver;

    @JsonProperty("StorageOpt")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> storageOptions;

    StorageRequest storage(List<String> volumes) {
        return new StorageRequest(
                orEmpty(binds),
                mounts == null
                        ? List.of()
                        : mounts.stream().map(MountBody::toRequest).toList(),
                orEmpty(volumesFrom),
                orEmpty(tmpfs),
                volumes,
                orEmpty(volumeDriver),
                orEmpty(storageOptions));
    }

    /** When a container starts again by itself. */
    record RestartPolicyBody(
            @JsonProperty("Name") @Nullable String name,
            @JsonProperty("MaximumRetryCount") int mostRetries) {}

    Supervision supervision() {
        return restartPolicy == null
                ? Supervision.none()
                : Supervision.of(orEmpty(restartPolicy.name()), restartPolicy.mostRetries());
    }

    /** One resource limit, getrlimit(2). */
    record UlimitBody(
            @JsonProperty("Name") String name,
            @JsonProperty("Soft") long soft,
            @JsonProperty("Hard") long hard) {}

    /** The log driver and its options. */
    record LogConfigBody(
            @JsonProperty("Type") @Nullable String type,
            @JsonProperty("Config") @Nullable Map<String, String> config) {}

    NetworkOptions network(boolean disabled, List<String> exposedPorts, String macAddress) {
        return new NetworkOptions(
                orEmpty(networkMode),
                disabled,
                PortMap.bindings(portBindings),
                publishAllPorts,
                exposedPorts,
                orEmpty(dns),
                orEmpty(dnsOptions),
                orEmpty(dnsSearch),
                orEmpty(extraHosts),
                orEmpty(links),
                macAddress);
    }

    ContainerSpec.Resources resources() {
        List<UlimitBody> limits = ulimits == null ? List.of() : ulimits;
        return new ContainerSpec.Resources(
                memory,
                memorySwap,
                memoryReservation,
                nanoCpus,
                cpuQuota,
                cpuPeriod,
                cpuShares,
                cpusetCpus == null ? "" : cpusetCpus,
                cpusetMems == null ? "" : cpusetMems,
                pidsLimit,
                limits.stream()
                        .map(limit -> new ContainerSpec.Ulimit(limit.name(), limit.soft(), limit.hard()))
                        .toList());
    }
}
