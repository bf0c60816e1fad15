package dev.lighter.container;

import dev.lighter.kernel.IdRange;
import dev.lighter.launch.LaunchIsolation;
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
        Supervision supervision,
        Isolation isolation,
        Storage storage,
        Users users) {
    /** What a container of an earlier version does not say is as usual. */
    public ContainerSpec {
        network = network == null ? NetworkOptions.of("default") : network;
        supervision = supervision == null ? Supervision.none() : supervision;
        isolation = isolation == null ? Isolation.USUAL : isolation;
        storage = storage == null ? Storage.NONE : storage;
        users = users == null ? Users.HOST : users;
    }

    /**
     * Whose its users and groups are.
     *
     * @param mode as it was asked for: empty, {@code host}, {@code private}
     */
    public record Users(String mode, IdRange ids) {
        /** The host's. */
        public static final Users HOST = new Users("", IdRange.SAME);
    }

    /**
     * What is mounted into it.
     *
     * @param mounts as they were decided
     * @param asked as they were asked for
     * @param sizeBytes how large its own files may become; 0 for no limit
     */
    public record Storage(List<MountPoint> mounts, StorageRequest asked, long sizeBytes) {
        /** Nothing. */
        public static final Storage NONE = new Storage(List.of(), StorageRequest.NONE, 0);
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

    /**
     * How the container is kept apart from the host and from others, as Docker words it.
     *
     * @param deviceCgroupRules such as {@code c 10:* rw}
     * @param maskedPaths null for the usual ones
     * @param readonlyPaths null for the usual ones
     * @param pidMode empty for its own, {@code host} or {@code container:id}; ipcMode also {@code none}, {@code private}, {@code shareable}
     * @param init null for what the administrator says
     * @param sysctls by their names with dots
     * @param shmSize in bytes
     * @param technology what Docker calls isolation: empty or {@code default}
     */
    public record Isolation(
            boolean privileged,
            List<Device> devices,
            List<String> deviceCgroupRules,
            @Nullable List<String> maskedPaths,
            @Nullable List<String> readonlyPaths,
            String pidMode,
            String ipcMode,
            String utsMode,
            String cgroupnsMode,
            @Nullable Boolean init,
            Map<String, String> sysctls,
            long shmSize,
            String runtime,
            String technology,
            Notes notes) {
        /** As most containers are. */
        public static final Isolation USUAL = new Isolation(
                false,
                List.of(),
                List.of(),
                null,
                null,
                "",
                "private",
                "",
                "private",
                null,
                Map.of(),
                LaunchIsolation.KernelFiles.SHARED_MEMORY_BYTES,
                "lighter",
                "",
                Notes.NONE);

        /** A device of the host, or a directory of devices; with any of {@code r}, {@code w} and {@code m}. */
        public record Device(String pathOnHost, String pathInContainer, String cgroupPermissions) {}

        /** Whether it has the host's names. */
        boolean sharesHostNames() {
            return utsMode.equals("host");
        }

        Isolation joining(String otherPidMode, String otherIpcMode) {
            return new Isolation(
                    privileged,
                    devices,
                    deviceCgroupRules,
                    maskedPaths,
                    readonlyPaths,
                    otherPidMode,
                    otherIpcMode,
                    utsMode,
                    cgroupnsMode,
                    init,
                    sysctls,
                    shmSize,
                    runtime,
                    technology,
                    notes);
        }
    }

    /**
     * What is kept for those who ask, and has no effect here but for the console's size.
     *
     * @param consoleSize rows and columns of the terminal at the beginning; zeros for none
     */
    public record Notes(
            Map<String, String> annotations,
            List<Integer> consoleSize,
            boolean argsEscaped,
            List<String> onBuild,
            List<String> shell,
            String containerIdFile) {
        /** Nothing. */
        public static final Notes NONE = new Notes(Map.of(), List.of(0, 0), false, List.of(), List.of(), "");
    }

    /** The same in the network of another container. */
    ContainerSpec inNetworkOf(String containerId, String itsHostname) {
        return with(
                itsHostname,
                network.withMode(NetworkOptions.CONTAINER + containerId),
                isolation,
                resources,
                supervision,
                users);
    }

    /** The same with other limits and supervision. */
    ContainerSpec with(Resources otherResources, Supervision otherSupervision) {
        return with(hostname, network, isolation, otherResources, otherSupervision, users);
    }

    /** The same, kept apart in another way. */
    ContainerSpec isolated(Isolation otherwise) {
        return with(hostname, network, otherwise, resources, supervision, users);
    }

    /** The same with other users and groups. */
    ContainerSpec of(Users others) {
        return with(hostname, network, isolation, resources, supervision, others);
    }

    private ContainerSpec with(
            String otherHostname,
            NetworkOptions otherNetwork,
            Isolation otherIsolation,
            Resources otherResources,
            Supervision otherSupervision,
            Users otherUsers) {
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
                otherSupervision,
                otherIsolation,
                storage,
                otherUsers);
    }

    /** The same for another container: newly made, with its own name on the network and its own mounts. */
    ContainerSpec copied(String ownHostname, NetworkOptions ownNetwork, List<MountPoint> mounts) {
        return new ContainerSpec(
                image,
                imageId,
                Instant.now(),
                entrypoint,
                cmd,
                env,
                workingDirectory,
                user,
                ownHostname,
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
                ownNetwork,
                logDriver,
                logOptions,
                supervision,
                isolation,
                new Storage(mounts, storage.asked(), storage.sizeBytes()),
                users);
    }

    /** The program that probes its health, and the arguments; empty when there is none. */
    List<String> probe() {
        return supervision.probe(isolation.notes().shell());
    }

    /** The program and all its arguments. */
    public List<String> command() {
        return java.util.stream.Stream.concat(entrypoint.stream(), cmd.stream()).toList();
    }
}
