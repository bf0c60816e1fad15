package dev.lighter.container;

import dev.lighter.container.ContainerArchives.Place;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Single files of containers, whether they run or not: looked at, read, written and removed. As with archives nothing of the container is
 * executed, every path is resolved with the container's root as the root, and devices and pipes are never opened. Safe for all threads.
 */
@Service
public class FileBrowser {
    private final ContainerService containers;
    private final ContainerArchives archives;

    FileBrowser(ContainerService containers, ContainerArchives archives) {
        this.containers = containers;
        this.archives = archives;
    }

    private <T> T look(Container container, String path, ContainerArchives.Visit<T> visit) {
        return archives.look(container, explained(path, visit));
    }

    private <T> T change(Container container, String path, ContainerArchives.Visit<T> visit) {
        return archives.change(container, explained(path, visit));
    }

    private static <T> ContainerArchives.Visit<T> explained(String path, ContainerArchives.Visit<T> visit) {
        if (path.indexOf('\0') >= 0) {
            throw EngineException.invalid("path contains a NUL character");
        }
        return root -> {
            try {
                return visit.visit(root);
            } catch (ErrnoException e) {
                throw refusal(e, path);
            }
        };
    }

    private static IOException refusal(ErrnoException e, String path) {
        switch (e.errno()) {
            case Errno.EISDIR -> throw EngineException.conflict(path + " is a directory");
            case Errno.EEXIST ->
                throw EngineException.conflict(path + " was made by somebody else meanwhile: try again");
            case Errno.ENOTEMPTY ->
                throw EngineException.conflict("the directory " + path
                        + " is not empty: remove what is in it first, or with recursive=true all of it");
            case Errno.EBUSY ->
                throw EngineException.conflict(
                        path + " is mounted, or something in it is: it stays as long as the mount");
            case Errno.ENAMETOOLONG -> throw EngineException.invalid("a name in path is too long: " + path);
            case Errno.ENOSPC, Errno.EDQUOT ->
                throw EngineException.conflict("there is no room for " + path + " in the file system");
            case Errno.EPERM, Errno.EACCES ->
                throw EngineException.forbidden("the kernel does not allow that for " + path);
            default -> {
                return e.subject() == null ? e : new ErrnoException(e.call(), path, e.errno());
            }
        }
    }

    /**
     * What is in a directory; a link at the path's end is followed.
     *
     * @param most as many names are looked at, those that the file system has first
     */
    public FileListing list(String reference, String path, int most) {
        Container container = containers.registry().find(reference);
        return look(container, path, root -> {
            try (Fd directory = open(root, path, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
                List<byte[]> names = FileTree.names(directory, most + 1);
                boolean complete = names.size() <= most;
                List<FileEntry> entries = new ArrayList<>();
                for (byte[] name : complete ? names : names.subList(0, most)) {
                    FileEntry entry = entry(root, path, directory, name);
                    if (entry != null) {
                        entries.add(entry.seenWith(container.spec.users().ids()));
                    }
                }
                entries.sort(Comparator.comparing(FileEntry::name));
                return new FileListing(ContainerArchives.absolute(path), entries, complete);
            } catch (ErrnoException e) {
                if (e.is(Errno.ENOTDIR)) {
                    throw EngineException.invalid(path + " is not a directory");
                }
                throw e;
            }
        });
    }

    private static Fd open(Fd root, String path, int flags) throws ErrnoException {
        if (path.isEmpty()) {
            throw EngineException.invalid("path cannot be empty");
        }
        return FileCalls.openInRoot(root, ContainerArchives.bytes(path), flags);
    }

    /** Null where it has gone meanwhile. */
    private static @Nullable FileEntry entry(Fd root, String path, Fd directory, byte[] name) throws ErrnoException {
        FileCalls.Status status = FileCalls.status(directory, name);
        if (status == null) {
            return null;
        }
        String shown = new String(name, StandardCharsets.UTF_8);
        String link = null;
        FileEntry.Kind target = null;
        if (status.type() == FileCalls.SYMLINK) {
            try {
                link = new String(FileCalls.readLink(directory, name), StandardCharsets.UTF_8);
                target = leadsTo(root, path + "/" + shown);
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.EINVAL)) {
                    throw e;
                }
                return null;
            }
        }
        return new FileEntry(
                shown,
                kind(status.type()),
                status.size(),
                status.mode(),
                Integer.toUnsignedLong(status.uid()),
                Integer.toUnsignedLong(status.gid()),
                Instant.ofEpochSecond(status.modifiedSeconds(), status.modifiedNanos()),
                link,
                target);
    }

    /** Null for a link that leads nowhere, or where nobody may go. */
    private static FileEntry.@Nullable Kind leadsTo(Fd root, String link) {
        try (Fd target = FileCalls.openInRoot(root, ContainerArchives.bytes(link), Fd.O_PATH)) {
            return kind(FileCalls.status(target).type());
        } catch (ErrnoException nowhere) {
            return null;
        }
    }

    private static FileEntry.Kind kind(int type) {
        return switch (type) {
            case FileCalls.REGULAR -> FileEntry.Kind.FILE;
            case FileCalls.DIRECTORY -> FileEntry.Kind.DIRECTORY;
            case FileCalls.SYMLINK -> FileEntry.Kind.LINK;
            case FileCalls.CHARACTER_DEVICE, FileCalls.BLOCK_DEVICE -> FileEntry.Kind.DEVICE;
            case FileCalls.FIFO -> FileEntry.Kind.PIPE;
            default -> FileEntry.Kind.SOCKET;
        };
    }

    /** Takes what is read, before a byte of it is sent. */
    @FunctionalInterface
    public interface Announcement {
        /**
         * Gives where the content goes.
         *
         * @param archive whether it is a tar archive of a directory
         * @param size of a file; 0 where the kernel does not say, as in {@code /proc}, and for archives
         */
        OutputStream begin(String name, boolean archive, long size) throws IOException;
    }

    /** Reads a file, or a directory as an archive; a link at the path's end is followed. */
    public void read(String reference, String path, Announcement announcement) {
        Container container = containers.registry().find(reference);
        String absolute = ContainerArchives.absolute(path);
        String name = absolute.substring(absolute.lastIndexOf('/') + 1);
        boolean directory = look(container, path, root -> {
            try (Fd found = open(root, path, Fd.O_PATH)) {
                FileCalls.Status status = FileCalls.status(found);
                if (status.isDirectory()) {
                    return true;
                }
                if (status.type() != FileCalls.REGULAR) {
                    throw EngineException.invalid(path + " is neither a file nor a directory");
                }
                // The same file, whatever has the name by now.
                try (Fd file = Fd.open(Path.of(found.procPath()), Fd.O_RDONLY, 0)) {
                    OutputStream output = announcement.begin(name, false, status.size());
                    FileContent.send(file, status.size(), output);
                }
                return false;
            }
        });
        if (directory) {
            String shown = name.isEmpty() ? container.name : name;
            archives.read(reference, path + "/.", status -> announcement.begin(shown + ".tar", true, 0));
        } else {
            containers.events().archived(container.view(), "archive-path", path);
        }
    }

    /**
     * Writes a file as a whole: others see the old one or the new one, and no part of one. It takes the place of a file or a link of the
     * name and keeps a file's owner and permissions; a new one belongs to whom its directory belongs.
     */
    public FileEntry write(String reference, String path, InputStream content) throws IOException {
        Container container = containers.registry().find(reference);
        Place place = place(path);
        // Without a client to wait for: the container may want to start meanwhile.
        try (Fd spool = FileContent.spool(containers.directories().parent(), content)) {
            if (container.spec.readOnlyRoot() && container.running == null) {
                throw EngineException.forbidden("container rootfs is marked read-only");
            }
            FileEntry written = change(container, path, root -> {
                try (Fd directory = open(root, place.parent(), Fd.O_PATH | Fd.O_DIRECTORY)) {
                    byte[] name = ContainerArchives.bytes(place.name());
                    FileContent.replace(directory, name, spool);
                    FileEntry entry = entry(root, place.parent(), directory, name);
                    if (entry == null) {
                        throw new ErrnoException("statx", path, Errno.ENOENT);
                    }
                    return entry.seenWith(container.spec.users().ids());
                }
            });
            containers.events().archived(container.view(), "extract-to-dir", place.parent());
            return written;
        }
    }

    /**
     * Removes a file, a link itself, or a directory.
     *
     * @param recursive whether a directory goes with all that is in it; otherwise only when it is empty
     */
    public void remove(String reference, String path, boolean recursive) {
        Container container = containers.registry().find(reference);
        Place place = place(path);
        if (container.spec.readOnlyRoot() && container.running == null) {
            throw EngineException.forbidden("container rootfs is marked read-only");
        }
        change(container, path, root -> {
            try (Fd parent = open(root, place.parent(), Fd.O_PATH | Fd.O_DIRECTORY)) {
                byte[] name = ContainerArchives.bytes(place.name());
                FileCalls.Status status = FileCalls.status(parent, name);
                if (status == null) {
                    throw new ErrnoException("unlink", path, Errno.ENOENT);
                }
                FileContent.requireNoMount(parent, name);
                if (status.isDirectory() && recursive) {
                    TreeRemoval.remove(parent, name, path);
                } else if (status.isDirectory()) {
                    FileCalls.removeDirectory(parent, name);
                } else {
                    FileCalls.unlink(parent, name);
                }
                return status;
            }
        });
    }

    private static Place place(String path) {
        Place place = Place.of(path);
        if (place.name().equals(".")) {
            throw EngineException.invalid("path does not name a file: " + path);
        }
        return place;
    }
}
