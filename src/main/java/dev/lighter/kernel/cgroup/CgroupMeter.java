package dev.lighter.kernel.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the kernel counts of one group.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/">Control groups version 1</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control group version 2</a>
 */
final class CgroupMeter {
    private static final String SERVICED = "blkio.throttle.io_serviced_recursive";
    private static final long NANOS_PER_TICK = 10_000_000;

    private final ControlFiles files;
    private final Map<String, Path> groupOf;
    private final @Nullable Path unified;
    // The files of the figures that are read often; null where the machine has none.
    private final @Nullable Path usage;
    private final @Nullable Path memoryStat;
    private final @Nullable Path cpuTime;
    private final @Nullable Path processes;
    private final @Nullable Path serviceBytes;

    CgroupMeter(ControlFiles files, Map<String, Path> groupOf, @Nullable Path unified) {
        this.files = files;
        this.groupOf = groupOf;
        this.unified = unified;
        Path memory = groupOf.get("memory");
        usage = file("memory", memory != null && memory.equals(unified) ? "memory.current" : "memory.usage_in_bytes");
        memoryStat = file("memory", "memory.stat");
        Path accounting = file("cpuacct", "cpuacct.usage");
        cpuTime = accounting != null || unified == null ? accounting : unified.resolve("cpu.stat");
        processes = file("pids", "pids.current");
        Path version1 = file("blkio", "blkio.throttle.io_service_bytes_recursive");
        Path bytes = version1 != null ? version1 : file("io", "io.stat");
        // A kernel without throttling has no such file.
        serviceBytes = bytes != null && files.exists(bytes) ? bytes : null;
    }

    private @Nullable Path file(String controller, String name) {
        Path group = groupOf.get(controller);
        return group == null ? null : group.resolve(name);
    }

    CgroupStats stats() throws IOException {
        long[] moved = movedBytes();
        return new CgroupStats(
                usage == null ? 0 : files.readNumber(usage), inactiveFile(), cpuNanos(), current(), moved[0], moved[1]);
    }

    private long inactiveFile() throws IOException {
        return memoryStat == null
                ? 0
                : files.readKey(
                        memoryStat,
                        memoryStat.getParent().equals(unified) ? "inactive_file" : "total_inactive_file");
    }

    private long current() throws IOException {
        return processes == null ? 0 : files.readNumber(processes);
    }

    private long cpuNanos() throws IOException {
        if (cpuTime == null) {
            return 0;
        }
        return cpuTime.getParent().equals(unified)
                ? TimeUnit.MICROSECONDS.toNanos(files.readKey(cpuTime, "usage_usec"))
                : files.readNumber(cpuTime);
    }

    private long[] movedBytes() throws IOException {
        long[] moved = new long[2];
        for (CgroupFigures.Entry entry : serviceBytes()) {
            switch (entry.operation().toLowerCase(Locale.ROOT)) {
                case "read" -> moved[0] += entry.value();
                case "write" -> moved[1] += entry.value();
                default -> {}
            }
        }
        return moved;
    }

    CgroupFigures figures() throws IOException {
        return new CgroupFigures(cpu(), memory(), block(), pids());
    }

    private CgroupFigures.Cpu cpu() throws IOException {
        Path accounting = groupOf.get("cpuacct");
        Path throttling = groupOf.get("cpu");
        Map<String, Long> stat = throttling == null ? Map.of() : files.readTable(throttling.resolve("cpu.stat"));
        long periods = stat.getOrDefault("nr_periods", 0L);
        long throttled = stat.getOrDefault("nr_throttled", 0L);
        if (accounting != null) {
            long[] modes = modes(accounting);
            return new CgroupFigures.Cpu(
                    files.readNumber(accounting.resolve("cpuacct.usage")),
                    numbers(files.read(accounting.resolve("cpuacct.usage_percpu"))),
                    modes[0],
                    modes[1],
                    periods,
                    throttled,
                    stat.getOrDefault("throttled_time", 0L));
        }
        Map<String, Long> time = unified == null ? Map.of() : files.readTable(unified.resolve("cpu.stat"));
        return new CgroupFigures.Cpu(
                nanos(time, "usage_usec"),
                List.of(),
                nanos(time, "system_usec"),
                nanos(time, "user_usec"),
                periods,
                throttled,
                stat.containsKey("throttled_usec")
                        ? nanos(stat, "throttled_usec")
                        : stat.getOrDefault("throttled_time", 0L));
    }

    private static long nanos(Map<String, Long> table, String key) {
        return TimeUnit.MICROSECONDS.toNanos(table.getOrDefault(key, 0L));
    }

    /** Kernel and user time; exact since Linux 4.7, in ticks before. */
    private long[] modes(Path accounting) throws IOException {
        Path kernel = accounting.resolve("cpuacct.usage_sys");
        if (files.exists(kernel)) {
            return new long[] {files.readNumber(kernel), files.readNumber(accounting.resolve("cpuacct.usage_user"))};
        }
        Map<String, Long> ticks = files.readTable(accounting.resolve("cpuacct.stat"));
        return new long[] {
            ticks.getOrDefault("system", 0L) * NANOS_PER_TICK, ticks.getOrDefault("user", 0L) * NANOS_PER_TICK
        };
    }

    private static List<Long> numbers(String text) {
        List<Long> numbers = new ArrayList<>();
        for (String word : text.strip().split("\\s+")) {
            if (!word.isEmpty()) {
                numbers.add(Long.valueOf(word));
            }
        }
        return numbers;
    }

    private CgroupFigures.Memory memory() throws IOException {
        Path memory = groupOf.get("memory");
        if (memory == null || usage == null || memoryStat == null) {
            return new CgroupFigures.Memory(0, -1, -1, 0, Map.of());
        }
        Map<String, Long> stats = files.readTable(memoryStat);
        long used = files.readNumber(usage);
        return memory.equals(unified)
                ? new CgroupFigures.Memory(used, -1, -1, files.readNumber(memory.resolve("memory.max")), stats)
                : new CgroupFigures.Memory(
                        used,
                        files.readNumber(memory.resolve("memory.max_usage_in_bytes")),
                        files.readNumber(memory.resolve("memory.failcnt")),
                        files.readNumber(memory.resolve("memory.limit_in_bytes")),
                        stats);
    }

    private CgroupFigures.Pids pids() throws IOException {
        Path pids = groupOf.get("pids");
        if (pids == null) {
            return new CgroupFigures.Pids(0, 0);
        }
        long limit = files.readNumber(pids.resolve("pids.max"));
        return new CgroupFigures.Pids(current(), limit == Long.MAX_VALUE ? 0 : limit);
    }

    private CgroupFigures.Block block() throws IOException {
        Path version1 = groupOf.get("blkio");
        return new CgroupFigures.Block(
                version1 != null,
                serviceBytes(),
                version1 == null || serviceBytes == null ? List.of() : version1(version1.resolve(SERVICED)));
    }

    private List<CgroupFigures.Entry> serviceBytes() throws IOException {
        if (serviceBytes == null) {
            return List.of();
        }
        return groupOf.containsKey("blkio") ? version1(serviceBytes) : version2(serviceBytes);
    }

    /** Lines of {@code 8:0 Read 4096}; the last, which is the total of all, left out. */
    private List<CgroupFigures.Entry> version1(Path file) throws IOException {
        List<CgroupFigures.Entry> entries = new ArrayList<>();
        for (String line : files.read(file).split("\n")) {
            String[] words = line.split("[: ]");
            if (words.length == 4) {
                entries.add(new CgroupFigures.Entry(
                        Integer.parseInt(words[0]), Integer.parseInt(words[1]), words[2], Long.parseLong(words[3])));
            }
        }
        return entries;
    }

    /** Lines of {@code 8:0 rbytes=4096 wbytes=0 rios=1 …}. */
    private List<CgroupFigures.Entry> version2(Path file) throws IOException {
        List<CgroupFigures.Entry> entries = new ArrayList<>();
        for (String line : files.read(file).split("\n")) {
            String[] words = line.split("[: ]");
            for (int i = 2; i < words.length; i++) {
                String operation =
                        words[i].startsWith("rbytes=") ? "read" : words[i].startsWith("wbytes=") ? "write" : "";
                if (!operation.isEmpty()) {
                    entries.add(new CgroupFigures.Entry(
                            Integer.parseInt(words[0]),
                            Integer.parseInt(words[1]),
                            operation,
                            Long.parseLong(words[i].substring(words[i].indexOf('=') + 1))));
                }
            }
        }
        return entries;
    }
}
