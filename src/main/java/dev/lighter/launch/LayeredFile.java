package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.OpaqueMark;
import dev.lighter.kernel.Syscall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file as an overlay of directories would show it, without mounting anything: whiteouts, opaque directories and symbolic
 * links are followed as inside the container and never lead out of it. Every step is taken from an open descriptor, so a container
 * that changes its files meanwhile gains nothing. Good for one read; belongs to one thread.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay filesystem</a>
 */
final class LayeredFile implements AutoCloseable {
    private static final Syscall OPENAT = Syscall.named("openat");
    private static final Syscall STATX = Syscall.named("statx");
    private static final Syscall READLINKAT = Syscall.named("readlinkat");

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int STATX_BASIC = 0x7ff;
    private static final int STATX_SIZE = 256;
    private static final int MODE_OFFSET = 28;
    private static final int DEVICE_OFFSET = 128;
    private static final int TYPE_MASK = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int SYMLINK = 0120000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int MOST_LINKS = 40;
    private static final int LONGEST_PATH = 4096;
    private static final int PIECE = 8192;

    private final List<Fd> opened = new ArrayList<>();
    private final Set<String> topNames = new HashSet<>();

    /** What one name is in the merged view: directories (uppermost first), or one file or link. */
    private record Entry(int type, List<Fd> places) {}

    /**
     * The content of a file.
     *
     * @param layers uppermost first
     * @param path relative to the root
     * @param limit most bytes
     * @return empty when there is no such regular file
     * @throws IOException when the file is larger than the limit, or cannot be read
     */
    Optional<byte[]> read(List<Path> layers, String path, int limit) throws IOException {
        List<Fd> root = new ArrayList<>(layers.size());
        for (Path layer : layers) {
            root.add(keep(Fd.open(layer, Fd.O_PATH | Fd.O_DIRECTORY, 0)));
        }
        Deque<List<Fd>> above = new ArrayDeque<>();
        Deque<String> ahead = new ArrayDeque<>(List.of(path.split("/")));
        List<Fd> here = root;
        int links = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                here = above.isEmpty() ? root : above.pop();
                continue;
            }
            if (here == root) {
                topNames.add(name);
            }
            Entry entry = look(here, name);
            if (entry == null) {
                return Optional.empty();
            }
            if (entry.type == DIRECTORY) {
                above.push(here);
                here = entry.places;
            } else if (entry.type == SYMLINK) {
                String target = target(entry.places.get(0));
                if (++links > MOST_LINKS || target.length() + ahead.size() > LONGEST_PATH) {
                    return Optional.empty();
                }
                if (target.startsWith("/")) {
                    above.clear();
                    here = root;
                }
                String[] names = target.split("/");
                for (int i = names.length - 1; i >= 0; i--) {
                    ahead.push(names[i]);
                }
            } else {
                return entry.type == REGULAR && ahead.isEmpty()
                        ? Optional.of(content(entry.places.get(0), path, limit))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The names in the root that the latest read passed: a layer on top that has none of them changes nothing. */
    Set<String> topNames() {
        return Set.copyOf(topNames);
    }

    /** Whether a directory has no entry of this name at all, not even a whiteout. */
    static boolean lacks(Path directory, String name) {
        try (NativeScope scope = NativeScope.open()) {
            String path = directory.resolve(name).toString();
            long status = scope.allocate(STATX_SIZE);
            return STATX.raw(Fd.AT_FDCWD, scope.string(path), AT_SYMLINK_NOFOLLOW, STATX_BASIC, status, 0)
                    == -Errno.ENOENT;
        }
    }

    private @Nullable Entry look(List<Fd> directories, String name) throws ErrnoException {
        List<Fd> merged = new ArrayList<>(directories.size());
        for (int i = 0; i < directories.size(); i++) {
            Fd found = open(directories.get(i), name);
            if (found == null) {
                continue;
            }
            keep(found);
            int type;
            boolean whiteout;
            try (NativeScope scope = NativeScope.open()) {
                ByteBuffer status = scope.buffer(STATX_SIZE);
                STATX.call(
                        name,
                        found.number(),
                        scope.string(""),
                        AT_EMPTY_PATH,
                        STATX_BASIC,
                        NativeScope.address(status),
                        0);
                type = status.getShort(MODE_OFFSET) & TYPE_MASK;
                whiteout = type == CHARACTER_DEVICE && status.getLong(DEVICE_OFFSET) == 0;
            }
            if (type != DIRECTORY) {
                if (merged.isEmpty() && !whiteout) {
                    return new Entry(type, List.of(found));
                }
                break;
            }
            merged.add(found);
            if (i + 1 < directories.size() && OpaqueMark.isOn(found)) {
                break;
            }
        }
        return merged.isEmpty() ? null : new Entry(DIRECTORY, merged);
    }

    private static @Nullable Fd open(Fd directory, String name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            int flags = Fd.O_PATH | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
            long result = OPENAT.raw(directory.number(), scope.string(name), flags);
            if (result == -Errno.ENOENT || result == -Errno.ENOTDIR || result == -Errno.ENAMETOOLONG) {
                return null;
            }
            if (result < 0) {
                throw OPENAT.failure(name, result);
            }
            return Fd.of(result);
        }
    }

    private static String target(Fd link) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer memory = scope.buffer(LONGEST_PATH);
            long length = READLINKAT.call(
                    null, link.number(), scope.string(""), NativeScope.address(memory), LONGEST_PATH, 0, 0);
            byte[] bytes = new byte[(int) length];
            memory.get(0, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static byte[] content(Fd file, String path, int limit) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        // Through /proc it is the very file that was looked at that is opened, whatever has its name by now.
        try (Fd readable = Fd.open(Path.of(file.procPath()), Fd.O_RDONLY, 0);
                NativeScope scope = NativeScope.open()) {
            ByteBuffer memory = scope.buffer(PIECE);
            byte[] piece = new byte[PIECE];
            while (true) {
                memory.clear();
                long count = readable.read(memory);
                if (count == -Errno.EINTR) {
                    continue;
                }
                if (count < 0) {
                    throw new ErrnoException("read", path, (int) -count);
                }
                if (count == 0) {
                    return content.toByteArray();
                }
                memory.get(0, piece, 0, (int) count);
                content.write(piece, 0, (int) count);
                if (content.size() > limit) {
                    throw new IOException("the image's /" + path + " is larger than " + limit + " bytes");
                }
            }
        }
    }

    private Fd keep(Fd fd) {
        opened.add(fd);
        return fd;
    }

    @Override
    public void close() {
        opened.forEach(Fd::close);
        opened.clear();
    }
}
