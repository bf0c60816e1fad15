package dev.lighter.build;

import dev.lighter.error.EngineException;
import dev.lighter.image.ArchiveExtractor.Owner;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import dev.lighter.kernel.TreeCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The files of an image with a directory above them that takes what is written. Every path is resolved as if the image were the whole
 * machine. Belongs to one thread.
 */
final class ImageFiles implements AutoCloseable {
    private static final int PERMISSIONS = 07777;
    private static final int NEW_DIRECTORY = 0755;

    private final Fd root;

    ImageFiles(Fd root) {
        this.root = root;
    }

    Fd root() {
        return root;
    }

    /** What is at a path, through links; null where nothing is. */
    @Nullable
    Status status(String path) throws ErrnoException {
        try (Fd found = FileCalls.openInRoot(root, FileSource.bytes(path), Fd.O_PATH)) {
            return FileCalls.status(found);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return null;
            }
            throw e;
        }
    }

    /** Opens a directory, made with those above it where it is missing. Fails with INVALID where something else is in its place. */
    Fd directory(String path, Owner owner) throws ErrnoException {
        byte[] bytes = FileSource.bytes(path.isEmpty() ? "/" : path);
        try {
            return FileCalls.openInRoot(root, bytes, Fd.O_PATH | Fd.O_DIRECTORY);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTDIR)) {
                throw EngineException.invalid("cannot copy to non-directory: " + path);
            }
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        int slash = path.lastIndexOf('/');
        byte[] name = FileSource.bytes(path.substring(slash + 1));
        try (Fd parent = directory(slash <= 0 ? "/" : path.substring(0, slash), owner)) {
            try {
                FileCalls.makeDirectory(parent, name, NEW_DIRECTORY);
            } catch (ErrnoException e) {
                if (e.is(Errno.EEXIST)) {
                    throw EngineException.invalid("cannot copy to " + path + ": it is a link that leads nowhere");
                }
                throw e;
            }
            FileCalls.changeOwner(parent, name, owner.uid(), owner.gid());
            FileCalls.changeMode(parent, name, NEW_DIRECTORY);
        }
        return FileCalls.openInRoot(root, bytes, Fd.O_PATH | Fd.O_DIRECTORY);
    }

    /**
     * How files are written.
     *
     * @param owner whose they become
     */
    record Manner(Owner owner, ModeChange mode) {}

    /** Gives something the looks that it has in its source. */
    static void look(Fd directory, byte[] name, Status status, Manner manner) throws ErrnoException {
        FileCalls.changeOwner(
                directory, name, manner.owner().uid(), manner.owner().gid());
        if (status.type() != FileCalls.SYMLINK) {
            FileCalls.changeMode(directory, name, manner.mode().of(status.mode() & PERMISSIONS, status.isDirectory()));
        }
    }

    /** Writes a file of a source under a name; a file that has it goes away. */
    static void file(Fd from, byte[] name, Status status, Fd to, byte[] newName, Manner manner) throws ErrnoException {
        Status there = FileCalls.status(to, newName);
        if (there != null && there.isDirectory()) {
            throw EngineException.invalid("cannot copy a file over the directory " + text(newName));
        }
        if (there != null) {
            FileCalls.unlink(to, newName);
        }
        switch (status.type()) {
            case FileCalls.REGULAR -> {
                try (Fd source = FileCalls.openToRead(from, name);
                        Fd target = FileCalls.create(to, newName, 0600)) {
                    TreeCopy.content(source, target);
                }
            }
            case FileCalls.SYMLINK -> FileCalls.makeSymlink(FileCalls.readLink(from, name), to, newName);
            default ->
                FileCalls.makeNode(to, newName, status.type() | 0600, (int) (status.device() & 0xffff_ffffL), (int)
                        (status.device() >>> 32));
        }
        look(to, newName, status, manner);
        TreeCopy.attributes(from, name, to, newName);
        FileCalls.changeTime(to, newName, status.modifiedSeconds(), status.modifiedNanos());
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Writes what a walk finds into a directory. */
    static final class Writer implements SourceWalk.Visitor, AutoCloseable {
        private final Deque<Fd> open = new ArrayDeque<>();
        private final Deque<Status> looks = new ArrayDeque<>();
        private final Manner manner;

        /** Writes into this directory, which is closed with the writer. */
        Writer(Fd directory, Manner manner) {
            this.open.push(directory);
            this.manner = manner;
        }

        @Override
        public void enter(Fd parent, byte[] name, Status status) throws IOException {
            Fd here = open.getFirst();
            Status there = FileCalls.status(here, name);
            if (there != null && !there.isDirectory()) {
                throw EngineException.invalid("cannot copy a directory over the file " + text(name));
            }
            if (there == null) {
                FileCalls.makeDirectory(here, name, 0700);
            }
            look(here, name, status, manner);
            open.push(FileCalls.openDirectory(here, name));
            looks.push(status);
        }

        @Override
        public void leave() throws IOException {
            try (Fd done = open.pop()) {
                Status status = looks.pop();
                FileCalls.changeTime(done, status.modifiedSeconds(), status.modifiedNanos());
            }
        }

        @Override
        public void file(Fd parent, byte[] name, Status status) throws IOException {
            ImageFiles.file(parent, name, status, open.getFirst(), name, manner);
        }

        @Override
        public void close() {
            open.forEach(Fd::close);
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
