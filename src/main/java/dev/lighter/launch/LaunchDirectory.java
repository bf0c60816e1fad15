package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Makes the files in a container's directory that a launch needs: writable layer, FIFOs, log, generated configuration. */
final class LaunchDirectory {
    private static final Syscall MKDIRAT = Syscall.named("mkdirat");
    private static final Syscall MKNODAT = Syscall.named("mknodat");
    private static final Syscall OPENAT = Syscall.named("openat");
    private static final Syscall UNLINKAT = Syscall.named("unlinkat");
    private static final int S_IFIFO = 0010000;

    private LaunchDirectory() {}

    /** Prepares the directory, which is open and has a log. What is there already (after an earlier run) stays, but for traces of the last end. */
    static void prepare(Fd directory, LaunchSpec spec) throws ErrnoException {
        makeLayer(directory, spec.ids());
        unlink(directory, ContainerFiles.EXIT);
        unlink(directory, ContainerFiles.MONITOR_SOCKET);
        if (!spec.terminal()) {
            makeFifo(directory, ContainerFiles.STDOUT);
            makeFifo(directory, ContainerFiles.STDERR);
            if (spec.openStdin()) {
                makeFifo(directory, ContainerFiles.STDIN);
            }
        }
        writeText(directory, ContainerFiles.HOSTNAME, spec.hostname() + "\n");
        writeText(directory, ContainerFiles.HOSTS, spec.hosts());
        writeText(directory, ContainerFiles.RESOLV_CONF, spec.resolvConf());
        if (spec.ids().isMapped()) {
            for (String name : List.of(ContainerFiles.HOSTNAME, ContainerFiles.HOSTS, ContainerFiles.RESOLV_CONF)) {
                giveTo(directory, name, spec.ids());
            }
        }
    }

    /** Makes the writable layer where there is none. */
    static void makeLayer(Fd directory, IdRange ids) throws ErrnoException {
        makeDirectory(directory, ContainerFiles.UPPER, 0755);
        if (ids.isMapped()) {
            giveTo(directory, ContainerFiles.UPPER, ids);
        }
        makeDirectory(directory, ContainerFiles.WORK, 0700);
    }

    /** The container's root owns it. */
    private static void giveTo(Fd directory, String name, IdRange ids) throws ErrnoException {
        FileCalls.changeOwner(directory, name.getBytes(StandardCharsets.UTF_8), ids.toHost(0), ids.toHost(0));
    }

    /** Makes the empty log of a new container, so that clients can open it before the container runs; see {@link LogDirectory}. */
    static void createLog(Fd directory) throws ErrnoException {
        String first = ContainerFiles.LOGS + "/" + LogDirectory.FIRST;
        makeDirectory(directory, ContainerFiles.LOGS, 0700);
        makeDirectory(directory, first, 0700);
        for (String name : new String[] {LogDirectory.OUT, LogDirectory.ERR, LogDirectory.INDEX}) {
            FileCalls.makeNode(directory, bytes(first + "/" + name), FileCalls.REGULAR | 0600, 0, 0);
        }
        FileCalls.makeSymlink(bytes(first), directory, bytes(ContainerFiles.LOG));
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static void makeDirectory(Fd parent, String name, int mode) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            made(MKDIRAT, name, MKDIRAT.raw(parent.number(), scope.string(name), mode));
        }
    }

    private static void makeFifo(Fd parent, String name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            made(MKNODAT, name, MKNODAT.raw(parent.number(), scope.string(name), S_IFIFO | 0600));
        }
    }

    private static void made(Syscall call, String name, long result) throws ErrnoException {
        if (result < 0 && result != -Errno.EEXIST) {
            throw call.failure(name, result);
        }
    }

    private static void unlink(Fd parent, String name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            long result = UNLINKAT.raw(parent.number(), scope.string(name), 0);
            if (result < 0 && result != -Errno.ENOENT) {
                throw UNLINKAT.failure(name, result);
            }
        }
    }

    /** Writes one of the generated files; in place, so that a running container, which has it mounted, sees it. */
    static void writeText(Fd directory, String name, String content) throws ErrnoException {
        write(directory, name, content.getBytes(StandardCharsets.UTF_8), 0644);
    }

    private static void write(Fd parent, String name, byte[] content, int mode) throws ErrnoException {
        try (NativeScope scope = NativeScope.open();
                Fd file = Fd.of(OPENAT.call(
                        name,
                        parent.number(),
                        scope.string(name),
                        Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC | Fd.O_CLOEXEC,
                        mode,
                        0,
                        0))) {
            ByteBuffer bytes = scope.buffer(content.length);
            bytes.put(0, content).limit(content.length);
            file.writeFully(bytes);
        }
    }

    /** The open directory of a container. */
    static Fd open(Path directory) throws ErrnoException {
        return Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY, 0);
    }
}
