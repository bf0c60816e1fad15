package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The directories and files of a control group filesystem through raw system calls, since creating a group is part of every start of
 * a container. Stateless but for its flags; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
class ControlFiles {
    private static final Syscall MKDIRAT = Syscall.named("mkdirat");
    private static final Syscall UNLINKAT = Syscall.named("unlinkat");
    private static final Syscall FACCESSAT = Syscall.named("faccessat");
    private static final int AT_REMOVEDIR = 0x200;
    private static final int MODE = 0755;
    private static final int PAGE = 4096;

    private final int writeFlags;

    /** The files of a mounted control group filesystem. */
    ControlFiles() {
        this(Fd.O_WRONLY);
    }

    /** Files opened for writing with these flags of open(2): a plain directory as a tree needs O_CREAT. */
    ControlFiles(int writeFlags) {
        this.writeFlags = writeFlags;
    }

    /** Makes a directory, mkdir(2). */
    void makeDirectory(Path directory) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            String path = directory.toString();
            MKDIRAT.call(path, Fd.AT_FDCWD, scope.string(path), MODE);
        }
    }

    /** Removes an empty directory, rmdir(2); gives 0 or the negated error number. */
    long removeDirectory(Path directory) {
        try (NativeScope scope = NativeScope.open()) {
            return UNLINKAT.raw(Fd.AT_FDCWD, scope.string(directory.toString()), AT_REMOVEDIR);
        }
    }

    /** Whether the path exists. */
    boolean exists(Path path) {
        try (NativeScope scope = NativeScope.open()) {
            return FACCESSAT.raw(Fd.AT_FDCWD, scope.string(path.toString()), 0) == 0;
        }
    }

    /** Writes a value in one write(2), as control files want it. */
    void write(Path file, String value) throws ErrnoException {
        try (NativeScope scope = NativeScope.open();
                Fd fd = Fd.open(file, writeFlags, 0644)) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            ByteBuffer memory = scope.buffer(bytes.length).put(0, bytes).limit(bytes.length);
            fd.writeFully(memory);
        } catch (ErrnoException e) {
            // A failed write names no file; say which one refused which value.
            throw e.subject() == null ? new ErrnoException(e.call(), file + " <- " + value, e.errno()) : e;
        }
    }

    /** Writes values one after another, each in one write(2), into a file that is opened once. */
    void writeAll(Path file, List<String> values) throws ErrnoException {
        try (NativeScope scope = NativeScope.open();
                Fd fd = Fd.open(file, writeFlags, 0644)) {
            for (String value : values) {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                try {
                    fd.writeFully(scope.buffer(bytes.length).put(0, bytes).limit(bytes.length));
                } catch (ErrnoException e) {
                    throw new ErrnoException(e.call(), file + " <- " + value, e.errno());
                }
            }
        }
    }

    /** Reads a whole control file. */
    String read(Path file) throws ErrnoException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(128);
        try (NativeScope scope = NativeScope.open();
                Fd fd = Fd.open(file, Fd.O_RDONLY, 0)) {
            ByteBuffer memory = scope.buffer(PAGE);
            byte[] piece = new byte[PAGE];
            while (true) {
                memory.clear();
                long count = fd.read(memory);
                if (count == -Errno.EINTR) {
                    continue;
                }
                if (count < 0) {
                    throw new ErrnoException("read", file.toString(), (int) -count);
                }
                if (count == 0) {
                    return content.toString(StandardCharsets.UTF_8);
                }
                memory.get(0, piece, 0, (int) count);
                content.write(piece, 0, (int) count);
            }
        }
    }

    /** The number in a control file that holds only one. */
    long readNumber(Path file) throws ErrnoException {
        String text = read(file).strip();
        return text.equals("max") ? Long.MAX_VALUE : Long.parseLong(text);
    }

    /** The number after {@code key} in a control file of {@code key value} lines; 0 when it has no such line. */
    long readKey(Path file, String key) throws ErrnoException {
        return read(file)
                .lines()
                .filter(line ->
                        line.startsWith(key) && line.length() > key.length() && line.charAt(key.length()) == ' ')
                .mapToLong(
                        line -> Long.parseLong(line.substring(key.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    /** The process ids in a {@code cgroup.procs} file; those outside of our process namespace (0) left out. */
    List<Integer> readProcesses(Path file) throws ErrnoException {
        return read(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(Integer::valueOf)
                .filter(pid -> pid > 0)
                .toList();
    }
}
