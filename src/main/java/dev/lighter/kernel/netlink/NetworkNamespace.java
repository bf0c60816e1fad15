package dev.lighter.kernel.netlink;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace, kept alive by this descriptor until it is closed; it goes when nothing else (a process, a socket, a mount) holds
 * it. The namespaces of this process's threads never change: what must be done inside is done by a thread of its own. Safe for all
 * threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/network_namespaces.7.html">network_namespaces(7)</a>
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final Syscall UNSHARE = Syscall.named("unshare");
    private static final Syscall SETNS = Syscall.named("setns");
    private static final Syscall MOUNT = Syscall.named("mount");
    private static final Syscall UMOUNT2 = Syscall.named("umount2");
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int MS_BIND = 4096;
    private static final int MNT_DETACH = 2;
    private static final int LONGEST_SETTING = 4096;
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");
    private static final Path SETTINGS = Path.of("/proc/sys/net");

    private final Fd fd;

    private NetworkNamespace(Fd fd) {
        this.fd = fd;
    }

    /** Makes a new namespace, empty but for its loopback link, which is down. */
    public static NetworkNamespace create() throws IOException {
        return inNew(NetworkNamespace::current);
    }

    /** Makes a new namespace and runs a task on a thread inside; the task has to get hold of the namespace by {@link #current}. */
    public static <T> T inNew(NamespaceTask<T> task) throws IOException {
        return NamespaceThread.call(() -> {
            UNSHARE.call("network namespace", CLONE_NEWNET, 0, 0);
            return task.call();
        });
    }

    /** The calling thread's namespace. */
    public static NetworkNamespace current() throws ErrnoException {
        return at(OWN);
    }

    /** The namespace that a file stands for: one of {@code /proc/pid/ns/net} or a mount as {@link #keepAt} makes. */
    public static NetworkNamespace at(Path file) throws ErrnoException {
        return new NetworkNamespace(Fd.open(file, Fd.O_RDONLY, 0));
    }

    /** Takes ownership of a descriptor of a namespace. */
    public static NetworkNamespace of(Fd namespace) {
        return new NetworkNamespace(namespace);
    }

    /** The namespace of a process, given by a pidfd, which stays the caller's. Fails with ESRCH when the process has ended. */
    public static NetworkNamespace ofProcess(Fd pidfd) throws IOException {
        return NamespaceThread.call(() -> {
            SETNS.call("pidfd", pidfd.number(), CLONE_NEWNET, 0);
            return current();
        });
    }

    /** The descriptor, for messages that name a namespace. It stays this object's. */
    public Fd fd() {
        return fd;
    }

    /** What tells namespaces apart: {@code net:[4026531840]}. */
    public String identity() throws IOException {
        return "net:[" + Files.getAttribute(Path.of(fd.procPath()), "unix:ino") + "]";
    }

    /** Runs a task on a thread inside the namespace and gives what it gives. Sockets opened there stay there. */
    public <T> T call(NamespaceTask<T> task) throws IOException {
        int number = fd.number();
        return NamespaceThread.call(() -> {
            SETNS.call("network namespace", number, CLONE_NEWNET, 0);
            return task.call();
        });
    }

    /** Keeps the namespace alive at a path, by a bind mount on a file that is made; {@link #forget} undoes it. */
    public void keepAt(Path file) throws IOException {
        Files.createFile(file);
        try (NativeScope scope = NativeScope.open()) {
            MOUNT.call(file.toString(), scope.string(fd.procPath()), scope.string(file.toString()), 0, MS_BIND, 0, 0);
        } catch (ErrnoException e) {
            Files.delete(file);
            throw e;
        }
    }

    /** Undoes {@link #keepAt}. */
    public static void forget(Path file) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            UMOUNT2.call(file.toString(), scope.string(file.toString()), MNT_DETACH, 0);
        }
        Files.delete(file);
    }

    /** Reads a setting, named as below {@code /proc/sys/net}: {@code ipv4/ip_forward}. */
    public String setting(String name) throws IOException {
        Path file = settingFile(name);
        return call(() -> {
            // In one read: numbers below /proc/sys are at an end after the first, however short it was.
            try (InputStream in = new FileInputStream(file.toFile())) {
                byte[] value = new byte[LONGEST_SETTING];
                int length = in.read(value);
                return new String(value, 0, Math.max(length, 0), StandardCharsets.US_ASCII).strip();
            }
        });
    }

    /** Writes settings, names as in {@link #setting} and values in turn: {@code set("ipv4/ip_forward", "1", …)}. */
    public void set(String... namesAndValues) throws IOException {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a setting without a value");
        }
        call(() -> {
            for (int i = 0; i < namesAndValues.length; i += 2) {
                Files.write(settingFile(namesAndValues[i]), namesAndValues[i + 1].getBytes(StandardCharsets.US_ASCII));
            }
            return true;
        });
    }

    private static Path settingFile(String name) {
        Path file = SETTINGS.resolve(name).normalize();
        if (!file.startsWith(SETTINGS)) {
            throw new IllegalArgumentException("not a network setting: " + name);
        }
        return file;
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "network namespace " + fd;
    }
}
