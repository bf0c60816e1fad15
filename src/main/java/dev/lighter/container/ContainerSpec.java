package dev.lighter.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container was asked to be, merged with what its image says; never changes after creation. Kept as JSON.
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
        Supervision supervision,
        Storage storage) {
    /** What a container of an earlier version does not say is as usual. */
    public ContainerSpec {
        network = network == null ? NetworkOptions.of("default") : network;
        supervision = supervision == null ? Supervision.none() : supervision;
        storage = storage == null ? Storage.NONE : storage;
    }

    /**
     * What is mounted into it.
     *
     * @param mounts as they were decided
     * @param asked as they were asked for
     */
    public record Storage(List<MountPoint> mounts, StorageRequest asked) {
        /** Nothing. */
        public static final Storage NONE = new Storage(List.of(), StorageRequest.NONE);
    }

    /** Which streams are open, and whether standard input closes with the first client. */
    public record Streams(
            boolean attachStdin,
            boolean attachStdout,
            boolean attachStderr,
            boolean openStdin,
            boolean stdinOnce,
            boolean terminal) {}

    /** Limits as Docker words them; zero for none. A null pids limit is none. */
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
            List<Ulimit> ulimits) {}

    /** A resource limit: name without RLIMIT_, soft and hard value. */
    public record Ulimit(String name, long soft, long hard) {}

    /** The same in the network of another container. */
    ContainerSpec inNetworkOf(String containerId, String itsHostname) {
        return new ContainerSpec(
                image,
                imageId,
                created,
                entrypoint,
                cmd,
                env,
                workingDirectory,
                user,
                itsHostname,
                domainname,
                labels,
                stopSignal,
                stopTimeoutSeconds,
                streams,
                autoRemove,
                resources,
                capAdd,
                capDrop,
                securityOptions,
                readOnlyRoot,
                groupAdd,
                network.withMode(NetworkOptions.CONTAINER + containerId),
                logDriver,
                logOptions,
                supervision,
                storage);
    }

    /** The program and all its arguments. */
    public List<String> command() {
        return java.util.stream.Stream.concat(entrypoint.stream(), cmd.stream()).toList();
    }
}
