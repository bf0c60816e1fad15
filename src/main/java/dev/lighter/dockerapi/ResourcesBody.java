package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.container.ContainerSpec.BlockIo;
import dev.lighter.container.ContainerSpec.DeviceRate;
import dev.lighter.container.ContainerSpec.MemoryPressure;
import dev.lighter.container.ContainerSpec.Realtime;
import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.container.ContainerSpec.Ulimit;
import dev.lighter.container.Supervision;
import dev.lighter.error.EngineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits of a container, as the bodies of creation and of updates have them; zero, empty and null ask for nothing. */
abstract class ResourcesBody extends StrictBody {
    private static final long NO_SWAPPINESS = -1;

    @JsonProperty("Memory")
    long memory;

    @JsonProperty("MemorySwap")
    long memorySwap;

    @JsonProperty("MemoryReservation")
    long memoryReservation;

    @JsonProperty("MemorySwappiness")
    @Nullable
    Long memorySwappiness;

    @JsonProperty("OomKillDisable")
    @Nullable
    Boolean oomKillDisable;

    @JsonProperty("NanoCpus")
    long nanoCpus;

    @JsonProperty("CpuQuota")
    long cpuQuota;

    @JsonProperty("CpuPeriod")
    long cpuPeriod;

    @JsonProperty("CpuShares")
    long cpuShares;

    @JsonProperty("CpuRealtimePeriod")
    long cpuRealtimePeriod;

    @JsonProperty("CpuRealtimeRuntime")
    long cpuRealtimeRuntime;

    @JsonProperty("CpusetCpus")
    @Nullable
    String cpusetCpus;

    @JsonProperty("CpusetMems")
    @Nullable
    String cpusetMems;

    @JsonProperty("PidsLimit")
    @Nullable
    Long pidsLimit;

    @JsonProperty("BlkioWeight")
    int blkioWeight;

    @JsonProperty("BlkioWeightDevice")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<WeightDevice> blkioWeightDevice;

    @JsonProperty("BlkioDeviceReadBps")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<ThrottleDevice> blkioDeviceReadBps;

    @JsonProperty("BlkioDeviceWriteBps")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<ThrottleDevice> blkioDeviceWriteBps;

    @JsonProperty("BlkioDeviceReadIOps")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<ThrottleDevice> blkioDeviceReadIops;

    @JsonProperty("BlkioDeviceWriteIOps")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<ThrottleDevice> blkioDeviceWriteIops;

    @JsonProperty("CgroupParent")
    @Nullable
    String cgroupParent;

    @JsonProperty("Ulimits")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<UlimitBody> ulimits;

    @JsonProperty("RestartPolicy")
    @Nullable
    RestartPolicyBody restartPolicy;

    /** One resource limit, getrlimit(2). */
    record UlimitBody(
            @JsonProperty("Name") @Nullable String name,
            @JsonProperty("Soft") long soft,
            @JsonProperty("Hard") long hard) {
        static UlimitBody of(Ulimit limit) {
            return new UlimitBody(limit.name(), limit.soft(), limit.hard());
        }
    }

    /** The weight of one block device. */
    record WeightDevice(
            @JsonProperty("Path") @Nullable String path,
            @JsonProperty("Weight") int weight) {}

    /** The rate of one block device, per second. */
    record ThrottleDevice(
            @JsonProperty("Path") @Nullable String path,
            @JsonProperty("Rate") long rate) {}

    /** When a container starts again by itself. */
    record RestartPolicyBody(
            @JsonProperty("Name") @Nullable String name,
            @JsonProperty("MaximumRetryCount") int mostRetries) {}

    Supervision supervision() {
        return restartPolicy == null
                ? Supervision.none()
                : Supervision.of(orEmpty(restartPolicy.name()), restartPolicy.mostRetries());
    }

    Resources resources(int oomScoreAdjustment) {
        return new Resources(
                memory,
                memorySwap,
                memoryReservation,
                nanoCpus,
                cpuQuota,
                cpuPeriod,
                cpuShares,
                orEmpty(cpusetCpus),
                orEmpty(cpusetMems),
                pidsLimit,
                ulimits == null
                        ? List.of()
                        : ulimits.stream()
                                .map(limit -> new Ulimit(orEmpty(limit.name()), limit.soft(), limit.hard()))
                                .toList(),
                new MemoryPressure(
                        memorySwappiness == null || memorySwappiness == NO_SWAPPINESS ? null : memorySwappiness,
                        oomKillDisable != null && oomKillDisable,
                        oomScoreAdjustment),
                new Realtime(cpuRealtimePeriod, cpuRealtimeRuntime),
                new BlockIo(
                        blkioWeight,
                        blkioWeightDevice == null
                                ? List.of()
                                : blkioWeightDevice.stream()
                                        .map(device -> new DeviceRate(orEmpty(device.path()), device.weight()))
                                        .toList(),
                        rates(blkioDeviceReadBps),
                        rates(blkioDeviceWriteBps),
                        rates(blkioDeviceReadIops),
                        rates(blkioDeviceWriteIops)),
                orEmpty(cgroupParent));
    }

    private static List<DeviceRate> rates(@Nullable List<ThrottleDevice> devices) {
        return devices == null
                ? List.of()
                : devices.stream()
                        .map(device -> new DeviceRate(orEmpty(device.path()), device.rate()))
                        .toList();
    }

    static EngineException unchangeable(String field) {
        return EngineException.invalid(
                field + " cannot be changed after a container's creation: leave it out, or create a container anew");
    }
}
