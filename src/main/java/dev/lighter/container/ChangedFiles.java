package dev.lighter.container;

import dev.lighter.container.FileChange.Kind;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.OpaqueMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a container has changed by reading what it has written beside the layers of its image: whiteouts, opaque directories, and files
 * whose owner, mode, size or time is another. Only that is walked, in the order of names, and nothing is held in memory
 * but the way to where it is. What goes away meanwhile is left out. Belongs to one thread.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay filesystem</a>
 */
final class ChangedFiles {
    /** Nobody can name what is deeper, and descriptors are open all the way down. */
    private static final int DEEPEST = 256;

    private final FileChange.Sink sink;
    private final Set<String> places;
    /** Directories on the way to here that are only told of when something in them is. */
    private final List<FileChange> silent = new ArrayList<>();

    private boolean more = true;

    private ChangedFiles(Set<String> places, FileChange.Sink sink) {
        this.places = places;
        this.sink = sink;
    }

    /**
     * Gives the changes to a sink, directories before what is in them.
     *
     * @param written what the container has written, uppermost first
     * @param layers those of its image, lowest first
     * @param mounts where something is mounted: what was made there to mount on, and on the way to it, is nobody's change
     */
    static void find(List<WrittenTree.Part> written, List<Path> layers, List<String> mounts, FileChange.Sink sink)
            throws IOException {
        List<Fd> below = new ArrayList<>();
        try (WrittenTree tree = WrittenTree.open(written)) {
            for (int i = layers.size() - 1; i >= 0; i--) {
                below.add(Fd.open(layers.get(i), Fd.O_RDONLY | Fd.O_DIRECTORY, 0));
            }
            new ChangedFiles(Set.copyOf(mounts), sink).directory(tree, below, false, "", 0);
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

    private void directory(WrittenTree tree, List<Fd> below, boolean opaque, String path, int depth)
            throws IOException {
        TreeSet<byte[]> names = tree.names();
        if (opaque) {
            for (Fd layer : below) {
                names.addAll(FileTree.names(layer));
            }
        }
        for (byte[] name : names) {
            if (!more) {
                return;
            }
            try {
                name(tree, name, below, opaque, path, depth);
            } catch (ErrnoException e) {
                // Something else took its place meanwhile.
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
                    throw e;
                }
            }
        }
    }

    private void name(WrittenTree tree, byte[] name, List<Fd> below, boolean opaque, String path, int depth)
            throws IOException {
        String child = path + "/" + new String(name, StandardCharsets.UTF_8);
        try (WrittenTree.Entry written = tree.look(name);
                Below lower = look(below, name)) {
            if (written == null || written.status().isWhiteout()) {
                if (lower != null && (written != null || opaque)) {
                    tell(Kind.DELETED, child);
                }
            } else if (lower == null && places.contains(child)) {
                return;
            } else if (written.status().isDirectory()) {
                inside(written, lower, child, depth);
            } else if (lower == null) {
                tell(Kind.ADDED, child);
            } else if (differs(written, lower.status)) {
                tell(Kind.MODIFIED, child);
            }
        }
    }

    private void inside(WrittenTree.Entry written, @Nullable Below lower, String path, int depth) throws IOException {
        FileCalls.Status status = written.status();
        if (lower == null && leadsToPlace(path)) {
            silent.add(new FileChange(Kind.ADDED, path));
        } else if (lower == null) {
            tell(Kind.ADDED, path);
        } else if (status.mode() != lower.status.mode() || differentOwner(written, lower.status)) {
            tell(Kind.MODIFIED, path);
        } else {
            silent.add(new FileChange(Kind.MODIFIED, path));
        }
        if (depth < DEEPEST) {
            directory(written.inside(), lower == null ? List.of() : lower.places, written.opaque(), path, depth + 1);
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
            if (OpaqueMark.isOn(layer, name)) {
                break;
            }
        }
        return found == null ? null : new Below(found, places);
    }

    private static boolean differentOwner(WrittenTree.Entry written, FileCalls.Status other) {
        return written.ids().toInside(written.status().uid()) != other.uid()
                || written.ids().toInside(written.status().gid()) != other.gid();
    }

    /** A file that was only opened for writing has been copied up, and is as it was. */
    private static boolean differs(WrittenTree.Entry written, FileCalls.Status other) {
        FileCalls.Status one = written.status();
        return one.mode() != other.mode()
                || differentOwner(written, other)
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
