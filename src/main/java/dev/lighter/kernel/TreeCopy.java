package dev.lighter.kernel;

import dev.lighter.kernel.FileCalls.Identity;
import dev.lighter.kernel.FileCalls.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies a tree of files with all they have: kinds, owners, permissions, times, extended attributes, holes, further names. Links are
 * copied, not followed; bytes are shared where the filesystem can. Belongs to one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/copy_file_range.2.html">copy_file_range(2)</a>
 */
public final class TreeCopy {
    private static final int DEEPEST = 2048;
    private static final int PERMISSIONS = 07777;
    private static final int MOST_XATTR_BYTES = 64 * 1024;
    /** What overlay notes for itself has no meaning elsewhere. */
    private static final String OVERLAY = "trusted.overlay.";

    private final Map<Identity, Copied> linked = new HashMap<>();
    /** Directories that hold first names of files with several, kept open for the further ones. */
    private final List<Fd> kept = new ArrayList<>();

    private record Copied(Fd directory, byte[] name) {}

    private final IdShift shift;
    private final boolean layer;

    private TreeCopy(IdShift shift, boolean layer) {
        this.shift = shift;
        this.layer = layer;
    }

    /**
     * Copies all that a directory holds into another one, which is empty, and makes that one like it. Whoever changes the tree meanwhile
     * gets a copy that has some of the changes. Fails with EEXIST where something is in the way, with ELOOP below 2048 directories.
     */
    public static void copy(Fd from, Fd to) throws ErrnoException {
        new TreeCopy(IdShift.NONE, false).copyAll(from, to);
    }

    /** The same for what overlay has written, which stays so: what is hidden, and which directories hide. Owners are counted as told. */
    public static void copyLayer(Fd from, Fd to, IdShift shift) throws ErrnoException {
        new TreeCopy(shift, true).copyAll(from, to);
    }

    private void copyAll(Fd from, Fd to) throws ErrnoException {
        try {
            directory(from, to, 0);
        } finally {
            kept.forEach(Fd::close);
        }
    }

    private void directory(Fd from, Fd to, int depth) throws ErrnoException {
        if (depth > DEEPEST) {
            throw new ErrnoException("openat", "a tree of more than " + DEEPEST + " directories", Errno.ELOOP);
        }
        @Nullable Fd[] keep = new Fd[1];
        for (byte[] name : FileTree.names(from)) {
            Status status = FileCalls.status(from, name);
            if (status != null) {
                entry(from, to, name, status, depth, keep);
            }
        }
        byte[] self = {'.'};
        Status status = FileCalls.status(from);
        FileCalls.changeOwner(to, shift.of(status.uid()), shift.of(status.gid()));
        xattrs(from, self, to, self);
        FileCalls.changeMode(to, status.mode() & PERMISSIONS);
        FileCalls.changeTime(to, status.modifiedSeconds(), status.modifiedNanos());
    }

    private void entry(Fd from, Fd to, byte[] name, Status status, int depth, @Nullable Fd[] keep)
            throws ErrnoException {
        boolean severalNames = !status.isDirectory() && status.identity().links() > 1;
        Copied first = severalNames ? linked.get(status.identity()) : null;
        if (first != null) {
            FileCalls.link(first.directory(), first.name(), to, name);
            return;
        }
        switch (status.type()) {
            case FileCalls.DIRECTORY -> {
                FileCalls.makeDirectory(to, name, 0700);
                try (Fd source = FileCalls.openDirectory(from, name);
                        Fd target = FileCalls.openDirectory(to, name)) {
                    directory(source, target, depth + 1);
                }
                return;
            }
            case FileCalls.REGULAR -> file(from, to, name, status);
            case FileCalls.SYMLINK -> FileCalls.makeSymlink(FileCalls.readLink(from, name), to, name);
            default ->
                FileCalls.makeNode(to, name, status.type() | 0600, (int) (status.device() & 0xffff_ffffL), (int)
                        (status.device() >>> 32));
        }
        // A change of owner would take capabilities away.
        FileCalls.changeOwner(to, name, shift.of(status.uid()), shift.of(status.gid()));
        xattrs(from, name, to, name);
        if (status.type() != FileCalls.SYMLINK) {
            FileCalls.changeMode(to, name, status.mode() & PERMISSIONS);
        }
        FileCalls.changeTime(to, name, status.modifiedSeconds(), status.modifiedNanos());
        if (severalNames) {
            remember(to, name, status.identity(), keep);
        }
    }

    private void remember(Fd directory, byte[] name, Identity identity, @Nullable Fd[] keep) throws ErrnoException {
        Fd open = keep[0];
        if (open == null) {
            open = FileCalls.openDirectory(directory, new byte[] {'.'});
            kept.add(open);
            keep[0] = open;
        }
        linked.put(identity, new Copied(open, name));
    }

    private static void file(Fd from, Fd to, byte[] name, Status status) throws ErrnoException {
        try (Fd source = FileCalls.openToRead(from, name);
                Fd target = FileCalls.create(to, name, 0600)) {
            content(source, target);
        }
    }

    /** Copies the bytes of a file into another one, which is empty, holes as holes; shares them if it can. */
    public static void content(Fd source, Fd target) throws ErrnoException {
        if (Reflink.share(source, target)) {
            return;
        }
        long size = FileCalls.status(source).size();
        long data = FileRanges.nextData(source, 0);
        while (data >= 0 && data < size) {
            long end = Math.min(size, FileRanges.nextHole(source, data));
            range(source, target, data, end);
            data = FileRanges.nextData(source, end);
        }
        FileCalls.changeSize(target, size);
    }

    private static void range(Fd source, Fd target, long start, long end) throws ErrnoException {
        long at = start;
        boolean byReference = true;
        while (at < end) {
            long count;
            try {
                count = byReference
                        ? FileRanges.copyRange(source, target, at, end - at)
                        : FileRanges.sendRange(source, target, at, end - at);
            } catch (ErrnoException e) {
                if (!byReference || !e.is(Errno.EXDEV) && !e.is(Errno.EINVAL) && !e.is(Errno.EOPNOTSUPP)) {
                    throw e;
                }
                byReference = false;
                continue;
            }
            if (count == 0) {
                // Somebody has made it shorter.
                return;
            }
            at += count;
        }
    }

    /** Copies the extended attributes of a name, but for those that overlay notes for itself. */
    public static void attributes(Fd from, byte[] name, Fd to, byte[] newName) throws ErrnoException {
        new TreeCopy(IdShift.NONE, false).xattrs(from, name, to, newName);
    }

    private void xattrs(Fd from, byte[] name, Fd to, byte[] newName) throws ErrnoException {
        for (String attribute : Xattrs.list(from, name, MOST_XATTR_BYTES)) {
            if (attribute.startsWith(OVERLAY) && !(layer && attribute.equals(OpaqueMark.ATTRIBUTE))) {
                continue;
            }
            byte[] value = Xattrs.get(from, name, attribute, MOST_XATTR_BYTES);
            if (value != null) {
                try {
                    Xattrs.set(to, newName, attribute, shift.attribute(attribute, value));
                } catch (ErrnoException e) {
                    // A filesystem without such attributes keeps the files all the same.
                    if (!e.is(Errno.EOPNOTSUPP)) {
                        throw new ErrnoException(
                                e.call(), attribute + " of " + new String(name, StandardCharsets.UTF_8), e.errno());
                    }
                }
            }
        }
    }
}
