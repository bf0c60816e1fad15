package dev.lighter.start;

import dev.lighter.http.LighterProperties;
import dev.lighter.kernel.KernelVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.aot.AbstractAotProcessor;

/**
 * Looks, before anything is touched, whether the engine can start: rights, kernel, data directory, addresses. Holds the lock on the data
 * directory for as long as the process lives.
 */
public final class StartChecks implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(StartChecks.class);
    private static final KernelVersion OLDEST_KERNEL = new KernelVersion(5, 10);
    private static final int SYS_ADMIN = 21;
    private static final int LONGEST_SOCKET_PATH = 107;

    private @Nullable DataLock lock;

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
            // The build prepares the application's beans; nothing will run.
            return;
        }
        LighterProperties properties =
                Binder.get(event.getEnvironment()).bindOrCreate("lighter", LighterProperties.class);
        try {
            requireRights(Files.readAllLines(Path.of("/proc/self/status")));
            requireKernel(KernelVersion.host(), Path.of("/proc"));
        } catch (IOException e) {
            throw new StartFailure("/proc cannot be read: " + e + ".", "Mount it: mount -t proc proc /proc.");
        }
        requireFreeSocket(properties.socket().path());
        requireFreePort(properties.http().address(), properties.http().port());
        lock = DataLock.take(properties.data().toAbsolutePath().normalize());
        LOG.debug("The data directory is ours: {}", lock);
    }

    /** Makes sure of root with the right to mount, from the lines of {@code /proc/self/status}; see proc_pid_status(5). */
    static void requireRights(List<String> status) {
        if (!field(status, "Uid:").split("\\s+")[1].equals("0")) {
            throw new StartFailure(
                    "The engine needs root to make containers, and runs as another user.",
                    "Start it with sudo: sudo ./lighter run.");
        }
        long capabilities = Long.parseUnsignedLong(field(status, "CapEff:"), 16);
        if ((capabilities >>> SYS_ADMIN & 1) == 0) {
            throw new StartFailure(
                    "The engine needs the capability CAP_SYS_ADMIN to make containers, and root does not have it here.",
                    "Start it on the machine itself, or in a container that is privileged.");
        }
    }

    private static String field(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse("0 0");
    }

    /** Makes sure of the kernel's version and of what it was built with. */
    static void requireKernel(KernelVersion version, Path proc) throws IOException {
        if (version.compareTo(OLDEST_KERNEL) < 0) {
            throw new StartFailure(
                    "The kernel is Linux " + version + ", and the engine needs " + OLDEST_KERNEL + " or newer.",
                    "Start a newer kernel; Debian 12 has 6.1.");
        }
        for (String namespace : List.of("mnt", "pid", "net", "uts", "ipc", "cgroup")) {
            if (!Files.exists(proc.resolve("self/ns").resolve(namespace), LinkOption.NOFOLLOW_LINKS)) {
                throw missing("namespaces of the kind " + namespace, "CONFIG_NAMESPACES and what belongs to it");
            }
        }
        if (!Files.exists(proc.resolve("sys/kernel/seccomp/actions_avail"))) {
            throw missing("filters of system calls", "CONFIG_SECCOMP_FILTER");
        }
        boolean overlay = Files.readAllLines(proc.resolve("filesystems"), StandardCharsets.UTF_8).stream()
                .anyMatch(line -> line.strip().endsWith("overlay"));
        if (!overlay && !Files.isDirectory(Path.of("/lib/modules/" + release(proc)))) {
            throw missing("the overlay filesystem", "CONFIG_OVERLAY_FS");
        }
    }

    private static String release(Path proc) throws IOException {
        return Files.readString(proc.resolve("sys/kernel/osrelease")).strip();
    }

    private static StartFailure missing(String what, String option) {
        return new StartFailure(
                "The kernel was built without " + what + ", which containers need.",
                "Start a kernel with " + option + "; the kernels of distributions have it.");
    }

    /** Makes sure that nobody listens on the socket; one that was left behind is no obstacle. */
    static void requireFreeSocket(Path socket) {
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET_PATH) {
            throw new StartFailure(
                    "The socket's path " + socket + " has " + length + " bytes, and Linux allows " + LONGEST_SOCKET_PATH
                            + ".",
                    "Choose a shorter one with --socket.");
        }
        if (!Files.exists(socket)) {
            return;
        }
        if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
            throw new StartFailure(
                    "The socket's path " + socket + " is taken by something that is no socket.",
                    "Remove it, or choose another path with --socket.");
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobodyListens) {
            LOG.debug("The socket {} was left behind", socket, nobodyListens);
            return;
        }
        throw new StartFailure(
                "The socket " + socket + " is in use by a living process, such as another engine.",
                "Stop that process, or choose another path with --socket.");
    }

    /** Makes sure that the address can be listened on. */
    static void requireFreePort(String address, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (UnknownHostException e) {
            throw new StartFailure(
                    "The address to listen on, " + address + ", is not known on this machine.",
                    "Choose one of the machine's own with --lighter.http.address, such as 127.0.0.1.");
        } catch (IOException e) {
            throw new StartFailure(
                    "Port " + port + " of " + address + " cannot be listened on: " + e.getMessage() + ".",
                    "Stop the process that uses it (ss -ltnp shows it), or choose another port with --port.");
        }
    }
}
