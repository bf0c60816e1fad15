package dev.lighter.container;

import dev.lighter.container.ContainerSpec.BlockIo;
import dev.lighter.container.ContainerSpec.DeviceRate;
import dev.lighter.container.ContainerSpec.MemoryPressure;
import dev.lighter.container.ContainerSpec.Realtime;
import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.container.ContainerSpec.Ulimit;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.kernel.cgroup.UnsupportedLimitException;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refuses limits that make no sense, or that this machine cannot keep; where clients match them, in Docker's words. */
final class ResourceChecks {
    private static final long LEAST_MEMORY = 6L << 20;
    private static final int LEAST_WEIGHT = 10;
    private static final int MOST_WEIGHT = 1000;
    private static final int MOST_PROCESSORS = 8192;
    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");
    private static final Set<String> ULIMITS = Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    private final Cgroups cgroups;

    ResourceChecks(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    /** Gives the limits of a new container as they will be kept, with what is left out filled in. */
    Resources checked(Resources asked) {
        if (asked.memorySwap() > 0 && asked.memory() == 0) {
            throw EngineException.invalid(
                    "You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        check(asked);
        asked.ulimits().forEach(ResourceChecks::ulimit);
        String parent = asked.cgroupParent();
        if (!parent.isEmpty()) {
            try {
                parent = cgroups.requireParent(parent);
            } catch (IllegalArgumentException e) {
                throw EngineException.invalid("HostConfig.CgroupParent: " + e.getMessage());
            }
        }
        // Docker's default: as much swap as memory.
        long swap = asked.memorySwap() == 0 ? 2 * asked.memory() : asked.memorySwap();
        return new Resources(
                asked.memory(),
                swap,
                asked.memoryReservation(),
                asked.nanoCpus(),
                asked.cpuQuota(),
                asked.cpuPeriod(),
                asked.cpuShares(),
                asked.cpusetCpus(),
                asked.cpusetMems(),
                asked.pidsLimit(),
                asked.ulimits(),
                asked.memoryPressure(),
                asked.realtime(),
                asked.blockIo(),
                parent);
    }

    /** Refuses those of the limits that are asked for, alone and with each other. */
    void check(Resources asked) {
        memory(asked);
        memoryPressure(asked.memoryPressure());
        processors(asked);
        realtime(asked.realtime());
        cpuset("cpus", "CPUs", asked.cpusetCpus());
        cpuset("mems", "memory nodes", asked.cpusetMems());
        blockIo(asked.blockIo());
        Long pids = asked.pidsLimit();
        if (pids != null && pids < -1) {
            throw EngineException.invalid(
                    "HostConfig.PidsLimit: " + pids + " is not a number of processes; use -1 for no limit");
        }
        try {
            cgroups.require(ResourceLimits.withoutDevices(asked));
        } catch (UnsupportedLimitException e) {
            throw EngineException.invalid(field(asked) + e.getMessage());
        }
    }

    private void memory(Resources asked) {
        if (asked.memory() < 0 || asked.memory() > 0 && asked.memory() < LEAST_MEMORY) {
            throw EngineException.invalid("Minimum memory limit allowed is 6MB");
        }
        if (asked.memory() > Long.MAX_VALUE / 4) {
            throw EngineException.invalid("HostConfig.Memory: " + asked.memory()
                    + " bytes are more than any machine has: leave it out for no limit");
        }
        if (asked.memorySwap() < -1) {
            throw EngineException.invalid("HostConfig.MemorySwap: " + asked.memorySwap()
                    + " is not a number of bytes; use -1 for unlimited swap");
        }
        if (asked.memorySwap() > 0 && asked.memorySwap() < asked.memory()) {
            throw EngineException.invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (asked.memorySwap() > 0 && asked.memorySwap() != asked.memory() && !cgroups.accountsSwap()) {
            throw EngineException.invalid("HostConfig.MemorySwap: this machine's kernel does not count swap in control"
                    + " groups: leave it out, or boot with swapaccount=1");
        }
        if (asked.memoryReservation() < 0
                || asked.memoryReservation() > 0 && asked.memoryReservation() < LEAST_MEMORY) {
            throw EngineException.invalid("Minimum memory reservation allowed is 6MB");
        }
        if (asked.memory() > 0 && asked.memoryReservation() > asked.memory()) {
            throw EngineException.invalid(
                    "Minimum memory limit can not be less than memory reservation limit, see usage");
        }
    }

    private static void memoryPressure(MemoryPressure pressure) {
        Long swappiness = pressure.swappiness();
        if (swappiness != null && (swappiness < 0 || swappiness > 100)) {
            throw EngineException.invalid(
                    "HostConfig.MemorySwappiness: Invalid value: " + swappiness
                            + ", valid memory swappiness range is 0-100");
        }
        int adjustment = pressure.oomScoreAdjustment();
        if (adjustment < -1000 || adjustment > 1000) {
            throw EngineException.invalid("HostConfig.OomScoreAdj: Invalid value " + adjustment
                    + ", range for oom score adj is [-1000, 1000]");
        }
    }

    private static void processors(Resources asked) {
        int processors = Runtime.getRuntime().availableProcessors();
        long nanos = asked.nanoCpus();
        if (nanos < 0 || nanos > 0 && (nanos < 10_000_000 || nanos > processors * 1_000_000_000L)) {
            throw EngineException.invalid(String.format(
                    Locale.ROOT,
                    "range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available",
                    processors,
                    processors));
        }
        if (nanos > 0 && asked.cpuPeriod() > 0) {
            throw EngineException.invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }
        if (nanos > 0 && asked.cpuQuota() > 0) {
            throw EngineException.invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }
        if (asked.cpuPeriod() != 0 && (asked.cpuPeriod() < 1000 || asked.cpuPeriod() > 1_000_000)) {
            throw EngineException.invalid(
                    "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }
        if (asked.cpuQuota() > 0 && asked.cpuQuota() < 1000) {
            throw EngineException.invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }
        if (asked.cpuQuota() > 1L << 43) {
            throw EngineException.invalid("HostConfig.CpuQuota: " + asked.cpuQuota()
                    + " microseconds are more than the kernel takes: use -1 for no limit");
        }
        if (asked.cpuShares() < 0) {
            throw EngineException.invalid(
                    "invalid CPU shares (" + asked.cpuShares() + "): value must be a positive integer");
        }
    }

    private static void realtime(Realtime realtime) {
        if (realtime.period() < 0) {
            throw EngineException.invalid("HostConfig.CpuRealtimePeriod: must not be negative");
        }
        if (realtime.runtime() < 0) {
            throw EngineException.invalid("HostConfig.CpuRealtimeRuntime: must not be negative");
        }
        if (realtime.period() > 0 && realtime.runtime() > realtime.period()) {
            throw EngineException.invalid("cpu real-time runtime cannot be higher than cpu real-time period");
        }
    }

    private void cpuset(String kind, String name, String asked) {
        if (asked.isEmpty()) {
            return;
        }
        BitSet wanted = set(asked, kind);
        String available;
        try {
            available = cgroups.available(kind);
        } catch (IOException e) {
            throw EngineException.internal("the " + name + " of this machine cannot be read: " + e.getMessage(), e);
        }
        if (!available.isEmpty()) {
            wanted.andNot(set(available, kind));
            if (!wanted.isEmpty()) {
                throw EngineException.invalid("Requested " + name + " are not available - requested " + asked
                        + ", available: " + available);
            }
        }
    }

    private static BitSet set(String list, String kind) {
        BitSet set = new BitSet();
        for (String part : list.strip().split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            int from = range.matches() ? Integer.parseInt(range.group(1)) : MOST_PROCESSORS;
            int to = from < MOST_PROCESSORS && range.group(2) != null ? Integer.parseInt(range.group(2)) : from;
            if (from >= MOST_PROCESSORS || to >= MOST_PROCESSORS || to < from) {
                throw EngineException.invalid("Invalid value " + list + " for cpuset " + kind);
            }
            set.set(from, to + 1);
        }
        return set;
    }

    private static void blockIo(BlockIo asked) {
        if (asked.weight() != 0 && (asked.weight() < LEAST_WEIGHT || asked.weight() > MOST_WEIGHT)) {
            throw EngineException.invalid("Range of blkio weight is from 10 to 1000");
        }
        for (DeviceRate weight : asked.weights()) {
            if (weight.rate() != 0 && (weight.rate() < LEAST_WEIGHT || weight.rate() > MOST_WEIGHT)) {
                throw EngineException.invalid(
                        "HostConfig.BlkioWeightDevice: Range of blkio weight is from 10 to 1000, not " + weight.rate());
            }
        }
        rates("BlkioWeightDevice", asked.weights());
        rates("BlkioDeviceReadBps", asked.readBps());
        rates("BlkioDeviceWriteBps", asked.writeBps());
        rates("BlkioDeviceReadIOps", asked.readIops());
        rates("BlkioDeviceWriteIOps", asked.writeIops());
    }

    private static void rates(String field, List<DeviceRate> rates) {
        for (DeviceRate rate : rates) {
            if (!rate.path().startsWith("/") || rate.path().indexOf('\0') >= 0) {
                throw EngineException.invalid("HostConfig." + field + ": \"" + rate.path().replace("\0", "\\0")
                        + "\" is no path of a device: name one, such as /dev/sda");
            }
            if (rate.rate() < 0) {
                throw EngineException.invalid(
                        "HostConfig." + field + ": the rate of " + rate.path() + " must not be negative");
            }
        }
    }

    private static void ulimit(Ulimit ulimit) {
        if (!ULIMITS.contains(ulimit.name())) {
            throw EngineException.invalid("invalid ulimit type: " + ulimit.name());
        }
        if (ulimit.soft() < -1 || ulimit.hard() < -1) {
            throw EngineException.invalid("HostConfig.Ulimits: the limits of " + ulimit.name()
                    + " must not be negative; use -1 for no limit");
        }
        if (ulimit.hard() != -1 && (ulimit.soft() == -1 || ulimit.soft() > ulimit.hard())) {
            throw EngineException.invalid("ulimit soft limit must be less than or equal to hard limit: "
                    + ulimit.soft() + " > " + ulimit.hard());
        }
    }

    /** Which field a refusal of the control groups is most likely about. */
    private static String field(Resources asked) {
        if (asked.memoryPressure().swappiness() != null) {
            return "HostConfig.MemorySwappiness: ";
        }
        if (asked.memoryPressure().oomKillDisable()) {
            return "HostConfig.OomKillDisable: ";
        }
        if (!asked.realtime().equals(Realtime.NONE)) {
            return "HostConfig.CpuRealtimeRuntime: ";
        }
        return asked.blockIo().equals(BlockIo.NONE) ? "HostConfig: " : "HostConfig.Blkio…: ";
    }
}
