package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.KernelFile;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    private static final Syscall FCHOWNAT = Syscall.named("fchownat");
    private static final Syscall SETXATTR = Syscall.named("setxattr");
    private static final Syscall GETXATTR = Syscall.named("getxattr");
    private static final String MARK = "trusted.lighter";
    private static final int AT_REMOVEDIR = 0x200;
    private static final int MODE = 0755;

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

    /** Changes the owner of a directory or file, chown(2). Does nothing where it is not there. */
    void give(Path path, int uid, int gid) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            long result = FCHOWNAT.raw(Fd.AT_FDCWD, scope.string(path.toString()), uid, gid, 0, 0);
            if (result < 0 && result != -Errno.ENOENT) {
                throw FCHOWNAT.failure(path.toString(), result);
            }
        }
    }

    /** Notes at a directory itself that we have made it; where the kernel cannot keep that, it counts as somebody else's. */
    void mark(Path directory) {
        try (NativeScope scope = NativeScope.open()) {
            SETXATTR.raw(scope.string(directory.toString()), scope.string(MARK), scope.string("1"), 1, 0, 0);
        }
    }

    /** Whether the directory was marked. */
    boolean isMarked(Path directory) {
        try (NativeScope scope = NativeScope.open()) {
            return GETXATTR.raw(scope.string(directory.toString()), scope.string(MARK), 0, 0, 0, 0) >= 0;
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
        return KernelFile.read(file);
    }

    /** The number in a control file that holds only one. */
    long readNumber(Path file) throws ErrnoException {
        return parse(read(file).strip());
    }

    /** The number after {@code key} in a control file of {@code key value} lines; 0 when it has no such line. */
    long readKey(Path file, String key) throws ErrnoException {
        String text = read(file);
        for (int at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
            int from = at + key.length();
            if ((at == 0 || text.charAt(at - 1) == '\n') && from < text.length() && text.charAt(from) == ' ') {
                int end = text.indexOf('\n', from);
                return parse(
                        text.substring(from + 1, end < 0 ? text.length() : end).strip());
            }
        }
        return 0;
    }

    /** All {@code key value} lines of a control file, in order; lines of another form are left out. */
    Map<String, Long> readTable(Path file) throws ErrnoException {
        Map<String, Long> table = new LinkedHashMap<>();
        for (String line : read(file).split("\n")) {
            int space = line.indexOf(' ');
            if (space > 0 && line.indexOf(' ', space + 1) < 0) {
                table.put(line.substring(0, space), parse(line.substring(space + 1)));
            }
        }
        return table;
    }

    private static long parse(String number) {
        return number.equals("max") ? Long.MAX_VALUE : Long.parseLong(number);
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
