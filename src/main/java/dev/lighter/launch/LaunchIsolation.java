package dev.lighter.launch;

import dev.lighter.kernel.cgroup.DeviceRule;
import dev.lighter.kernel.seccomp.SeccompProfile;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a container is kept apart from its host and from other containers.
 *
 * @param privileged whether it has the host's devices, and the kernel's files writable and unmasked
 * @param capabilitiesAsPossible whether capabilities that the engine itself lacks are left out, and not an error
 * @param profile the filter of system calls in place of the default one; null for that
 * @param init whether process 1 is one of ours that reaps what others leave behind, with the program as its child
 * @param consoleRows the rows of its terminal at the beginning; 0 for none
 * @param consoleColumns the columns
 */
public record LaunchIsolation(
        boolean privileged,
        boolean capabilitiesAsPossible,
        @Nullable SeccompProfile profile,
        boolean init,
        Namespaces namespaces,
        Devices devices,
        KernelFiles files,
        int consoleRows,
        int consoleColumns) {
    /** What of {@code /proc} shows the host's secrets, Docker's list, and what of {@code /proc} and {@code /sys} is hidden with it. */
    public static final List<String> USUALLY_MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    /** What of {@code /proc} changes the host. */
    public static final List<String> USUALLY_READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** As most containers are. */
    public static final LaunchIsolation USUAL = new LaunchIsolation(
            false,
            false,
            null,
            false,
            new Namespaces(Space.OWN, Space.OWN, Space.OWN, Space.OWN, true),
            new Devices(List.of(), List.of()),
            new KernelFiles(USUALLY_MASKED, USUALLY_READ_ONLY, Map.of(), false, KernelFiles.SHARED_MEMORY_BYTES),
            0,
            0);

    /** Whose a namespace is. */
    public enum Space {
        OWN,
        HOST,
        /** Another container's, see {@link JoinedNamespaces}. */
        JOINED
    }

    /**
     * The namespaces but that of the network, see {@link LaunchNetwork}, and that of mounts, which is always its own.
     *
     * @param sharedMemory whether there is a {@code /dev/shm}
     */
    public record Namespaces(Space pid, Space ipc, Space uts, Space cgroup, boolean sharedMemory) {}

    /**
     * Devices of the host.
     *
     * @param mappings what is there, besides the usual
     * @param rules what may be used, besides that and the usual
     */
    public record Devices(List<Mapping> mappings, List<DeviceRule> rules) {
        /**
         * One device, or all in a directory.
         *
         * @param access any of {@code r}, {@code w} and {@code m}
         */
        public record Mapping(String hostPath, String containerPath, String access) {}
    }

    /**
     * The kernel's own files.
     *
     * @param masked paths inside that are hidden where they are there
     * @param readOnly paths inside that are read-only where they are there
     * @param parameters paths below {@code /proc/sys} with what is written into them
     * @param writableControlGroups whether its own control group can be changed from inside
     * @param sharedMemoryBytes the size of {@code /dev/shm}
     */
    public record KernelFiles(
            List<String> masked,
            List<String> readOnly,
            Map<String, String> parameters,
            boolean writableControlGroups,
            long sharedMemoryBytes) {
        /** The size of {@code /dev/shm} where nobody says. */
        public static final long SHARED_MEMORY_BYTES = 64L << 20;
    }

    LaunchIsolation withCapabilitiesAsPossible() {
        return new LaunchIsolation(
                privileged, true, profile, init, namespaces, devices, files, consoleRows, consoleColumns);
    }
}
