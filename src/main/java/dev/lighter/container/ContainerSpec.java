package dev.lighter.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container was asked to be, merged with what its image says; only its limits and its supervision change
 * after creation. Kept as JSON.
 *
 * @param image the image as it was named by the user
 * @param imageId the image's id
 * @param entrypoint the program and leading arguments, after merging
 * @param cmd the further arguments, after merging
 * @param env {@code NAME=value}, after merging
 * @param stopTimeoutSeconds how long stop waits before it kills; null for ten seconds
 * @param securityOptions as given: {@code no-new-privileges}, {@code seccomp=unconfined}
 */
public record ContainerSpec(
        String image,
        String imageId,
        Instant created,
        List<String> entrypoint,
        List<String> cmd,
        List<String> env,
        String workingDirectory,
        String user,
        String hostname,
        String domainname,
        Map<String, String> labels,
        String stopSignal,
        @Nullable Integer stopTimeoutSeconds,
        Streams streams,
        boolean autoRemove,
        Resources resources,
        List<String> capAdd,
        List<String> capDrop,
        List<String> securityOptions,
        boolean readOnlyRoot,
        List<String> groupAdd,
        NetworkOptions network,
        String logDriver,
        Map<String, String> logOptions,
        Supervision supervision) {
    /** What a container of an earlier version does not say is as usual. */
    public ContainerSpec {
        network = network == null ? NetworkOptions.of("default") : network;
        supervision = supervision == null ? Supervision.none() : supervision;
    }

    /** Which streams are open, and whether standard input closes with the first client. */
    public record Streams(
            boolean attachStdin,
            boolean attachStdout,
            boolean attachStderr,
            boolean openStdin,
            boolean stdinOnce,
            boolean terminal) {}

    /** Limits as Docker words them; zero or empty for none. A null pids limit is none. */
    public record Resources(
            long memory,
            long memorySwap,
            long memoryReservation,
            long nanoCpus,
            long cpuQuota,
            long cpuPeriod,
            long cpuShares,
            String cpusetCpus,
            String cpusetMems,
            @Nullable Long pidsLimit,
            List<Ulimit> ulimits,
            MemoryPressure memoryPressure,
            Realtime realtime,
            BlockIo blockIo,
            String cgroupParent) {
        /** What a container of an earlier version does not say is as usual. */
        public Resources {
            memoryPressure = memoryPressure == null ? MemoryPressure.USUAL : memoryPressure;
            realtime = realtime == null ? Realtime.NONE : realtime;
            blockIo = blockIo == null ? BlockIo.NONE : blockIo;
            cgroupParent = cgroupParent == null ? "" : cgroupParent;
        }

        /** Limits of memory, processor time and processes alone. */
        public Resources(
                long memory,
                long memorySwap,
                long memoryReservation,
                long nanoCpus,
                long cpuQuota,
                long cpuPeriod,
                long cpuShares,
                String cpusetCpus,
                String cpusetMems,
                @Nullable Long pidsLimit,
                List<Ulimit> ulimits) {
            this(
                    memory,
                    memorySwap,
                    memoryReservation,
                    nanoCpus,
                    cpuQuota,
                    cpuPeriod,
                    cpuShares,
                    cpusetCpus,
                    cpusetMems,
                    pidsLimit,
                    ulimits,
                    MemoryPressure.USUAL,
                    Realtime.NONE,
                    BlockIo.NONE,
                    "");
        }
    }

    /**
     * What the kernel does when memory runs out.
     *
     * @param swappiness 0 to 100; null for the kernel's default
     * @param oomScoreAdjustment -1000 to 1000
     */
    public record MemoryPressure(@Nullable Long swappiness, boolean oomKillDisable, int oomScoreAdjustment) {
        /** Nothing special. */
        public static final MemoryPressure USUAL = new MemoryPressure(null, false, 0);
    }

    /** Time for real-time processes, in microseconds; zero for none. */
    public record Realtime(long period, long runtime) {
        /** None. */
        public static final Realtime NONE = new Realtime(0, 0);
    }

    /** Limits of block devices; zero or empty for none. */
    public record BlockIo(
            int weight,
            List<DeviceRate> weights,
            List<DeviceRate> readBps,
            List<DeviceRate> writeBps,
            List<DeviceRate> readIops,
            List<DeviceRate> writeIops) {
        /** None. */
        public static final BlockIo NONE = new BlockIo(0, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** A rate per second, or a weight, of the device with this path on the host. */
    public record DeviceRate(String path, long rate) {}

    /** A resource limit: name without RLIMIT_, soft and hard value. */
    public record Ulimit(String name, long soft, long hard) {}

    /** The same in the network of another container. */
    ContainerSpec inNetworkOf(String containerId, String itsHostname) {
        return with(itsHostname, network.withMode(NetworkOptions.CONTAINER + containerId), resources, supervision);
    }

    /** The same with other limits and supervision. */
    ContainerSpec with(Resources otherResources, Supervision otherSupervision) {
        return with(hostname, network, otherResources, otherSupervision);
    }

    private ContainerSpec with(
            String otherHostname,
            NetworkOptions otherNetwork,
            Resources otherResources,
            Supervision otherSupervision) {
        return new ContainerSpec(
                image,
                imageId,
                created,
                entrypoint,
                cmd,
                env,
                workingDirectory,
                user,
                otherHostname,
                domainname,
                labels,
                stopSignal,
                stopTimeoutSeconds,
                streams,
                autoRemove,
                otherResources,
                capAdd,
                capDrop,
                securityOptions,
                readOnlyRoot,
                groupAdd,
                otherNetwork,
                logDriver,
                logOptions,
                otherSupervision);
    }

    /** The program and all its arguments. */
    public List<String> command() {
        return java.util.stream.Stream.concat(entrypoint.stream(), cmd.stream()).toList();
    }
}
