package dev.lighter.container;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.OpaqueMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a container has written, seen as one tree although it is in several directories: its writable one, and below it those that became
 * layers of images meanwhile. What is hidden is seen as overlay notes it. Closed by who opened it; belongs to one thread.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay filesystem</a>
 */
final class WrittenTree implements AutoCloseable {

    /**
     * One of the directories.
     *
     * @param ids the users and groups that its files have
     */
    record Part(Path directory, IdRange ids) {}

    /** One of them at some depth, open. */
    private record Place(Fd directory, IdRange ids) {}

    /**
     * What was written under a name.
     *
     * @param status of the uppermost
     * @param ids the users and groups of that
     * @param inside what is in it, where it is a directory
     * @param opaque whether that hides what is in the image's directory
     */
    record Entry(FileCalls.Status status, IdRange ids, WrittenTree inside, boolean opaque) implements AutoCloseable {
        @Override
        public void close() {
            inside.close();
        }
    }

    private final List<Place> places;

    private WrittenTree(List<Place> places) {
        this.places = places;
    }

    /** Opens it; the uppermost part first. */
    static WrittenTree open(List<Part> parts) throws ErrnoException {
        WrittenTree tree = new WrittenTree(new ArrayList<>());
        boolean done = false;
        try {
            for (Part part : parts) {
                tree.places.add(new Place(Fd.open(part.directory(), Fd.O_RDONLY | Fd.O_DIRECTORY, 0), part.ids()));
            }
            done = true;
            return tree;
        } finally {
            if (!done) {
                tree.close();
            }
        }
    }

    /** All names in it, in the order of their bytes, those of deleted files among them. */
    TreeSet<byte[]> names() throws ErrnoException {
        TreeSet<byte[]> names = new TreeSet<>(Arrays::compareUnsigned);
        for (Place place : places) {
            names.addAll(FileTree.names(place.directory()));
        }
        return names;
    }

    /** What was written under a name; null where nothing was. */
    @Nullable
    Entry look(byte[] name) throws ErrnoException {
        FileCalls.Status first = null;
        IdRange ids = IdRange.SAME;
        boolean opaque = false;
        WrittenTree inside = new WrittenTree(new ArrayList<>());
        boolean done = false;
        try {
            for (Place place : places) {
                FileCalls.Status status = FileCalls.status(place.directory(), name);
                if (status == null) {
                    continue;
                }
                if (first == null) {
                    first = status;
                    ids = place.ids();
                }
                if (!status.isDirectory()) {
                    // Below a directory it hides what the image has, as the mark does.
                    opaque = !inside.places.isEmpty();
                    break;
                }
                inside.places.add(new Place(FileCalls.openDirectory(place.directory(), name), place.ids()));
                if (OpaqueMark.isOn(place.directory(), name)) {
                    opaque = true;
                    break;
                }
            }
            done = true;
            return first == null ? null : new Entry(first, ids, inside, opaque);
        } finally {
            if (!done) {
                inside.close();
            }
        }
    }

    /** How many bytes its regular files hold, each counted once whatever its names; what goes away meanwhile is left out. */
    static long bytes(List<Part> parts) throws IOException {
        if (parts.size() == 1) {
            return FileTree.bytes(parts.get(0).directory());
        }
        try (WrittenTree tree = open(parts)) {
            return tree.bytes(new HashSet<>());
        }
    }

    private long bytes(Set<FileCalls.Identity> counted) throws ErrnoException {
        long bytes = 0;
        for (byte[] name : names()) {
            try (Entry entry = look(name)) {
                if (entry != null
                        && entry.status().type() == FileCalls.REGULAR
                        && counted.add(entry.status().identity())) {
                    bytes += entry.status().size();
                } else if (entry != null && entry.status().isDirectory()) {
                    bytes += entry.inside().bytes(counted);
                }
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        places.forEach(place -> place.directory().close());
    }
}
