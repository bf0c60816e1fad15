package dev.lighter.dockerapi;

import dev.lighter.container.ResourceChange;
import dev.lighter.container.Supervision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /containers/{id}/update}. What only a new container can be given is refused, and never ignored. */
final class UpdateBody extends ResourcesBody {
    ResourceChange toChange() {
        refuseOther("");
        Map<String, @Nullable Object> fixed = new LinkedHashMap<>();
        fixed.put("BlkioWeightDevice", blkioWeightDevice);
        fixed.put("BlkioDeviceReadBps", blkioDeviceReadBps);
        fixed.put("BlkioDeviceWriteBps", blkioDeviceWriteBps);
        fixed.put("BlkioDeviceReadIOps", blkioDeviceReadIops);
        fixed.put("BlkioDeviceWriteIOps", blkioDeviceWriteIops);
        fixed.put("Ulimits", ulimits);
        fixed.put("CgroupParent", cgroupParent);
        fixed.put("OomKillDisable", oomKillDisable);
        fixed.put("MemorySwappiness", memorySwappiness == null || memorySwappiness == -1 ? null : "set");
        fixed.forEach((field, value) -> {
            if (UnsupportedFields.asks(value)) {
                throw unchangeable(field);
            }
        });
        Supervision supervision =
                restartPolicy == null || orEmpty(restartPolicy.name()).isEmpty() ? null : supervision();
        return new ResourceChange(
                nullIfZero(memory),
                nullIfZero(memorySwap),
                nullIfZero(memoryReservation),
                nullIfZero(nanoCpus),
                nullIfZero(cpuQuota),
                nullIfZero(cpuPeriod),
                nullIfZero(cpuShares),
                nullIfEmpty(cpusetCpus),
                nullIfEmpty(cpusetMems),
                nullIfZero(cpuRealtimePeriod),
                nullIfZero(cpuRealtimeRuntime),
                pidsLimit,
                blkioWeight == 0 ? null : blkioWeight,
                supervision);
    }

    private static @Nullable Long nullIfZero(long number) {
        return number == 0 ? null : number;
    }

    private static @Nullable String nullIfEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
