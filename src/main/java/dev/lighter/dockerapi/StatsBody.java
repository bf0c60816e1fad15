package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerFigures;
import dev.lighter.container.ContainerView;
import dev.lighter.kernel.LinkCounters;
import dev.lighter.kernel.cgroup.CgroupFigures;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a container uses, as Docker words it: one reading, with the one before it for those who want to know rates. */
@Schema(name = "DockerStats")
record StatsBody(
        @JsonProperty("name") String name,
        @JsonProperty("id") String id,
        @JsonProperty("read") String read,
        @JsonProperty("preread") String preread,
        @JsonProperty("pids_stats") Pids pids,
        @JsonProperty("blkio_stats") Block block,
        @JsonProperty("num_procs") int processors,
        @JsonProperty("storage_stats") Map<String, Object> storage,
        @JsonProperty("cpu_stats") Cpu cpu,
        @JsonProperty("precpu_stats") Cpu before,
        @JsonProperty("memory_stats") Memory memory,

        @JsonProperty("networks") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, Link> networks) {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    /** Processes and threads; what is zero is left out. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    record Pids(
            @JsonProperty("current") long current,
            @JsonProperty("limit") long limit) {}

    /** Block devices: what the kernel does not tell is null. */
    record Block(
            @JsonProperty("io_service_bytes_recursive") @Nullable List<Entry> serviceBytes,
            @JsonProperty("io_serviced_recursive") @Nullable List<Entry> serviced,
            @JsonProperty("io_queue_recursive") @Nullable List<Entry> queue,
            @JsonProperty("io_service_time_recursive") @Nullable List<Entry> serviceTime,
            @JsonProperty("io_wait_time_recursive") @Nullable List<Entry> waitTime,
            @JsonProperty("io_merged_recursive") @Nullable List<Entry> merged,
            @JsonProperty("io_time_recursive") @Nullable List<Entry> time,
            @JsonProperty("sectors_recursive") @Nullable List<Entry> sectors) {
        static final Block NONE = new Block(null, null, null, null, null, null, null, null);

        static Block of(CgroupFigures.Block block) {
            List<Entry> none = block.version1() ? List.of() : null;
            return new Block(
                    entries(block.serviceBytes()),
                    block.version1() ? entries(block.serviced()) : null,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none);
        }

        private static List<Entry> entries(List<CgroupFigures.Entry> entries) {
            return entries.stream()
                    .map(entry -> new Entry(entry.major(), entry.minor(), entry.operation(), entry.value()))
                    .toList();
        }
    }

    /** One count of one device. */
    record Entry(
            @JsonProperty("major") int major,
            @JsonProperty("minor") int minor,
            @JsonProperty("op") String operation,
            @JsonProperty("value") long value) {}

    /** Processor time. */
    record Cpu(
            @JsonProperty("cpu_usage") CpuUsage usage,

            @JsonProperty("system_cpu_usage") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            long systemNanos,

            @JsonProperty("online_cpus") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            int onlineCpus,

            @JsonProperty("throttling_data") Throttling throttling) {
        static final Cpu NONE = new Cpu(new CpuUsage(0, List.of(), 0, 0), 0, 0, new Throttling(0, 0, 0));

        static Cpu of(ContainerFigures figures) {
            CgroupFigures.Cpu cpu = figures.group().cpu();
            return new Cpu(
                    new CpuUsage(cpu.totalNanos(), cpu.perCpuNanos(), cpu.kernelNanos(), cpu.userNanos()),
                    figures.machine().nanos(),
                    figures.machine().processors(),
                    new Throttling(cpu.periods(), cpu.throttledPeriods(), cpu.throttledNanos()));
        }
    }

    /** Processor time used, in nanoseconds. */
    record CpuUsage(
            @JsonProperty("total_usage") long total,

            @JsonProperty("percpu_usage") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            List<Long> perCpu,

            @JsonProperty("usage_in_kernelmode") long kernel,
            @JsonProperty("usage_in_usermode") long user) {}

    /** What a quota has done; time in nanoseconds. */
    record Throttling(
            @JsonProperty("periods") long periods,
            @JsonProperty("throttled_periods") long throttledPeriods,
            @JsonProperty("throttled_time") long throttledNanos) {}

    /** Memory in bytes; what the kernel does not tell is left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Memory(
            @JsonProperty("usage") @Nullable Long usage,
            @JsonProperty("max_usage") @Nullable Long maxUsage,
            @JsonProperty("stats") @Nullable Map<String, Long> stats,
            @JsonProperty("failcnt") @Nullable Long failures,
            @JsonProperty("limit") @Nullable Long limit) {
        static final Memory NONE = new Memory(null, null, null, null, null);

        static Memory of(ContainerFigures figures) {
            CgroupFigures.Memory memory = figures.group().memory();
            return new Memory(
                    memory.usage(),
                    memory.maxUsage() < 0 ? null : memory.maxUsage(),
                    memory.stats(),
                    memory.failures() < 0 ? null : memory.failures(),
                    figures.memoryLimitBytes());
        }
    }

    /** What went through one link, seen from inside. */
    record Link(
            @JsonProperty("rx_bytes") long receivedBytes,
            @JsonProperty("rx_packets") long receivedPackets,
            @JsonProperty("rx_errors") long receiveErrors,
            @JsonProperty("rx_dropped") long receiveDropped,
            @JsonProperty("tx_bytes") long sentBytes,
            @JsonProperty("tx_packets") long sentPackets,
            @JsonProperty("tx_errors") long sendErrors,
            @JsonProperty("tx_dropped") long sendDropped) {
        static Link of(LinkCounters link) {
            return new Link(
                    link.receivedBytes(),
                    link.receivedPackets(),
                    link.receiveErrors(),
                    link.receiveDropped(),
                    link.sentBytes(),
                    link.sentPackets(),
                    link.sendErrors(),
                    link.sendDropped());
        }
    }

    /** The record of a container that does not run. */
    static StatsBody empty(ContainerView container) {
        return new StatsBody(
                "/" + container.name(),
                container.id(),
                NEVER,
                NEVER,
                new Pids(0, 0),
                Block.NONE,
                0,
                Map.of(),
                Cpu.NONE,
                Cpu.NONE,
                Memory.NONE,
                Map.of());
    }

    /** The record of a container that runs; {@code before} is null for the first reading. */
    static StatsBody of(ContainerView container, ContainerFigures figures, @Nullable ContainerFigures before) {
        CgroupFigures group = figures.group();
        return new StatsBody(
                "/" + container.name(),
                container.id(),
                Timestamps.format(figures.time()),
                before == null ? NEVER : Timestamps.format(before.time()),
                new Pids(group.pids().current(), group.pids().limit()),
                Block.of(group.block()),
                0,
                Map.of(),
                Cpu.of(figures),
                before == null ? Cpu.NONE : Cpu.of(before),
                Memory.of(figures),
                figures.links().stream().collect(Collectors.toMap(LinkCounters::name, Link::of)));
    }
}
