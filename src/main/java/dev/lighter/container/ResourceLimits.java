package dev.lighter.container;

import dev.lighter.container.ContainerSpec.BlockIo;
import dev.lighter.container.ContainerSpec.DeviceRate;
import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.cgroup.CgroupLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns the limits that a container was asked for with into those of its control group. */
final class ResourceLimits {
    private static final long PERIOD_MICROS = 100_000;
    private static final long NANOS_PER_CPU = 1_000_000_000L;
    private static final int FILE_TYPE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;

    private ResourceLimits() {}

    /** The limits, with the numbers of the devices as they are now. Fails when a device is not there. */
    static CgroupLimits of(Resources resources) {
        BlockIo block = resources.blockIo();
        return withoutDevices(resources)
                .with(new CgroupLimits.Block(
                        block.weight(),
                        numbered("BlkioWeightDevice", block.weights()),
                        numbered("BlkioDeviceReadBps", block.readBps()),
                        numbered("BlkioDeviceWriteBps", block.writeBps()),
                        numbered("BlkioDeviceReadIOps", block.readIops()),
                        numbered("BlkioDeviceWriteIOps", block.writeIops())));
    }

    /** The limits; of those of single devices only that there are some. */
    static CgroupLimits withoutDevices(Resources resources) {
        boolean nanos = resources.nanoCpus() > 0;
        Long swappiness = resources.memoryPressure().swappiness();
        Long pids = resources.pidsLimit();
        BlockIo block = resources.blockIo();
        return new CgroupLimits(
                new CgroupLimits.Memory(
                        resources.memory(),
                        resources.memorySwap() == 0 ? 2 * resources.memory() : resources.memorySwap(),
                        resources.memoryReservation(),
                        swappiness == null ? -1 : Math.toIntExact(swappiness),
                        resources.memoryPressure().oomKillDisable()),
                new CgroupLimits.Cpu(
                        nanos
                                ? resources.nanoCpus() * PERIOD_MICROS / NANOS_PER_CPU
                                : Math.max(0, resources.cpuQuota()),
                        nanos ? PERIOD_MICROS : resources.cpuPeriod(),
                        resources.cpuShares(),
                        resources.realtime().runtime(),
                        resources.realtime().period(),
                        resources.cpusetCpus(),
                        resources.cpusetMems()),
                new CgroupLimits.Block(
                        block.weight(),
                        named(block.weights()),
                        named(block.readBps()),
                        named(block.writeBps()),
                        named(block.readIops()),
                        named(block.writeIops())),
                pids == null ? 0 : Math.max(0, pids));
    }

    private static Map<String, Long> named(List<DeviceRate> rates) {
        Map<String, Long> named = new TreeMap<>();
        rates.forEach(rate -> named.put(rate.path(), rate.rate()));
        return named;
    }

    private static Map<String, Long> numbered(String field, List<DeviceRate> rates) {
        Map<String, Long> numbered = new TreeMap<>();
        for (DeviceRate rate : rates) {
            numbered.put(number(field, rate.path()), rate.rate());
        }
        return numbered;
    }

    /** The numbers of a block device, as {@code 8:0}; makedev(3) in the form of the GNU library. */
    private static String number(String field, String device) {
        try {
            Map<String, Object> attributes = Files.readAttributes(Path.of(device), "unix:mode,rdev");
            if (attributes.get("mode") instanceof Integer mode
                    && (mode & FILE_TYPE) == BLOCK_DEVICE
                    && attributes.get("rdev") instanceof Long number) {
                long major = number >>> 8 & 0xfff | number >>> 32 & ~0xfffL;
                long minor = number & 0xff | number >>> 12 & ~0xffL;
                return major + ":" + (minor & 0xffff_ffffL);
            }
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "HostConfig." + field + ": there is no device " + device + " on this machine: name one that is"
                            + " there",
                    e);
        }
        throw EngineException.invalid("HostConfig." + field + ": " + device + " is no block device: name one");
    }
}
