package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.StorageRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code HostConfig} of a container to create, as far as it has an effect; see {@link CreateBody} for the rest. */
final class HostConfigBody extends IsolationBody {
    @JsonProperty("AutoRemove")
    boolean autoRemove;

    @JsonProperty("OomScoreAdj")
    int oomScoreAdj;

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

    Resources resources() {
        return resources(oomScoreAdj);
    }
}
