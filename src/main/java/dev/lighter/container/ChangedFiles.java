package dev.lighter.container;

import dev.lighter.container.FileChange.Kind;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.IdRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a container has changed by reading its writable directory beside the layers below it: whiteouts, opaque directories, and files
 * whose owner, mode, size or time is another. Only the writable directory is walked, in the order of names, and nothing is held in memory
 * but the way to where it is. What goes away meanwhile is left out. Belongs to one thread.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay filesystem</a>
 */
final class ChangedFiles {
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final int OPAQUE_BYTES = 8;
    /** Nobody can name what is deeper, and descriptors are open all the way down. */
    private static final int DEEPEST = 256;

    private final FileChange.Sink sink;
    private final Set<String> places;
    private final IdRange ids;
    /** Directories on the way to here that are only told of when something in them is. */
    private final List<FileChange> silent = new ArrayList<>();

    private boolean more = true;

    private ChangedFiles(Set<String> places, IdRange ids, FileChange.Sink sink) {
        this.ids = ids;
        this.places = places;
        this.sink = sink;
    }

    /**
     * Gives the changes to a sink, directories before what is in them.
     *
     * @param upper the writable directory
     * @param layers those below it, lowest first
     * @param mounts where something is mounted: what was made there to mount on, and on the way to it, is nobody's change
     * @param ids the users and groups that the writable directory has
     */
    static void find(Path upper, List<Path> layers, List<String> mounts, IdRange ids, FileChange.Sink sink)
            throws IOException {
        List<Fd> below = new ArrayList<>();
        try (Fd top = Fd.open(upper, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            for (int i = layers.size() - 1; i >= 0; i--) {
                below.add(Fd.open(layers.get(i), Fd.O_RDONLY | Fd.O_DIRECTORY, 0));
            }
            new ChangedFiles(Set.copyOf(mounts), ids, sink).directory(top, below, false, "", 0);
        } finally {
            below.forEach(Fd::close);
        }
    }

    /** What the layers below show of a name: what it is, and, for a directory, in which of them it is, uppermost first. */
    private record Below(FileCalls.Status status, List<Fd> places) implements AutoCloseable {
        @Override
        public void close() {
            places.forEach(Fd::close);
        }
    }

    private void directory(Fd upper, List<Fd> below, boolean opaque, String path, int depth) throws IOException {
        TreeSet<byte[]> names = new TreeSet<>(Arrays::compareUnsigned);
        names.addAll(FileTree.names(upper));
        if (opaque) {
            for (Fd layer : below) {
                names.addAll(FileTree.names(layer));
            }
        }
        for (byte[] name : names) {
            if (!more) {
                return;
            }
            String child = path + "/" + new String(name, StandardCharsets.UTF_8);
            FileCalls.Status status = FileCalls.status(upper, name);
            try (Below lower = look(below, name)) {
                if (status == null || status.isWhiteout()) {
                    if (lower != null && (status != null || opaque)) {
                        tell(Kind.DELETED, child);
                    }
                } else if (lower == null && places.contains(child)) {
                    continue;
                } else if (status.isDirectory()) {
                    inside(upper, name, status, lower, child, depth);
                } else if (lower == null) {
                    tell(Kind.ADDED, child);
                } else if (differs(status, lower.status)) {
                    tell(Kind.MODIFIED, child);
                }
            }
        }
    }

    private void inside(Fd parent, byte[] name, FileCalls.Status status, @Nullable Below lower, String path, int depth)
            throws IOException {
        if (lower == null && leadsToPlace(path)) {
            silent.add(new FileChange(Kind.ADDED, path));
        } else if (lower == null) {
            tell(Kind.ADDED, path);
        } else if (status.mode() != lower.status.mode()
                || ids.toInside(status.uid()) != lower.status.uid()
                || ids.toInside(status.gid()) != lower.status.gid()) {
            tell(Kind.MODIFIED, path);
        } else {
            silent.add(new FileChange(Kind.MODIFIED, path));
        }
        if (depth < DEEPEST) {
            try (Fd directory = FileCalls.openDirectory(parent, name)) {
                directory(directory, lower == null ? List.of() : lower.places, isOpaque(parent, name), path, depth + 1);
            } catch (ErrnoException e) {
                // Something else took its place meanwhile.
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
                    throw e;
                }
            }
        }
        silent.removeIf(directory -> directory.path().equals(path));
    }

    private boolean leadsToPlace(String path) {
        return places.stream().anyMatch(place -> place.startsWith(path + "/"));
    }

    private static @Nullable Below look(List<Fd> below, byte[] name) throws ErrnoException {
        FileCalls.Status found = null;
        List<Fd> places = new ArrayList<>();
        for (Fd layer : below) {
            FileCalls.Status status = FileCalls.status(layer, name);
            if (status == null) {
                continue;
            }
            if (!status.isDirectory()) {
                if (found == null && !status.isWhiteout()) {
                    found = status;
                }
                break;
            }
            found = found == null ? status : found;
            places.add(FileCalls.openDirectory(layer, name));
            if (isOpaque(layer, name)) {
                break;
            }
        }
        return found == null ? null : new Below(found, places);
    }

    private static boolean isOpaque(Fd parent, byte[] name) throws ErrnoException {
        byte[] value = FileCalls.xattr(parent, name, OPAQUE, OPAQUE_BYTES);
        return value != null && value.length == 1 && value[0] == 'y';
    }

    /** A file that was only opened for writing has been copied up, and is as it was. */
    private boolean differs(FileCalls.Status one, FileCalls.Status other) {
        return one.mode() != other.mode()
                || ids.toInside(one.uid()) != other.uid()
                || ids.toInside(one.gid()) != other.gid()
                || one.size() != other.size()
                || one.device() != other.device()
                || one.modifiedSeconds() != other.modifiedSeconds()
                || one.modifiedNanos() != other.modifiedNanos();
    }

    private void tell(Kind kind, String path) throws IOException {
        for (FileChange directory : silent) {
            more = more && sink.take(directory);
        }
        silent.clear();
        more = more && sink.take(new FileChange(kind, path));
    }
}
