package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.image.ArchiveExtractor;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileIdentity;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.LaunchException;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.stereotype.Service;

/**
 * Files that go into containers and come out of them, whether they run or not. Nothing of the container is executed or loaded, and every
 * path is resolved by the kernel as if the container's root were the root. Safe for all threads.
 */
@Service
public class ContainerArchives {
    private static final int LOOK = Fd.O_PATH | Fd.O_NOFOLLOW;

    private final ContainerService containers;
    private final ContainerLauncher launcher;
    private final ArchiveExtractor extractor;

    ContainerArchives(ContainerService containers, ContainerLauncher launcher, ArchiveExtractor extractor) {
        this.containers = containers;
        this.launcher = launcher;
        this.extractor = extractor;
    }

    /** What is done with a container's root directory. */
    interface Visit<T> {
        T visit(Fd root) throws IOException;
    }

    /** A container that runs is seen as it sees itself, with all its mounts; another may start meanwhile, and is seen as it was. */
    <T> T look(Container container, Visit<T> visit) {
        return explained(container, () -> {
            try (Fd root = rootToRead(container)) {
                return visit.visit(root);
            }
        });
    }

    private Fd rootToRead(Container container) throws IOException, LaunchException {
        container.lock.lock();
        try {
            RunningContainer running = container.running;
            return running == null ? launcher.roots().readOnlyRoot(containers.launchSpec(container)) : rootOf(running);
        } finally {
            container.lock.unlock();
        }
    }

    /** The same for changing files: a container that does not run is kept from starting meanwhile. */
    <T> T change(Container container, Visit<T> visit) {
        return explained(container, () -> {
            RunningContainer running = container.running;
            if (running != null) {
                try (Fd root = rootOf(running)) {
                    return changing(container, root, visit);
                }
            }
            container.lock.lock();
            try (Fd root = container.running == null
                    ? launcher.roots().root(containers.launchSpec(container))
                    : rootOf(container.running)) {
                return changing(container, root, visit);
            } finally {
                container.lock.unlock();
            }
        });
    }

    private static <T> T changing(Container container, Fd root, Visit<T> visit) throws IOException {
        try (FileIdentity identity = FileIdentity.of(container.spec.users().ids())) {
            return visit.visit(root);
        }
    }

    /** What works on files, and fails. */
    private interface Work<T> {
        T run() throws IOException, LaunchException;
    }

    private static <T> T explained(Container container, Work<T> work) {
        try {
            return work.run();
        } catch (ErrnoException e) {
            throw switch (e.errno()) {
                case Errno.ENOENT, Errno.ENOTDIR ->
                    EngineException.notFound(
                            "Could not find the file " + e.subject() + " in container " + container.id);
                case Errno.EROFS -> EngineException.forbidden("container rootfs is marked read-only");
                case Errno.ELOOP ->
                    EngineException.invalid("the path " + e.subject() + " leads through too many links");
                default ->
                    EngineException.internal("the files of container " + container.name + ": " + e.getMessage(), e);
            };
        } catch (IOException | LaunchException e) {
            throw EngineException.internal("the files of container " + container.name + ": " + e.getMessage(), e);
        }
    }

    private static Fd rootOf(RunningContainer running) throws ErrnoException {
        try (Fd process = running.pidfd()) {
            Fd root = Fd.open(Path.of("/proc", Integer.toString(running.pid()), "root"), Fd.O_PATH | Fd.O_DIRECTORY, 0);
            try (Fd still = running.pidfd()) {
                return root;
            } catch (ErrnoException e) {
                root.close();
                throw e;
            }
        }
    }

    /** A path's parent, and its last component: {@code .} where it says so by a slash at its end, which follows a link. */
    record Place(String parent, String name) {
        static Place of(String path) {
            if (path.isEmpty()) {
                throw EngineException.invalid("path cannot be empty");
            }
            boolean inside = path.endsWith("/") || path.endsWith("/.") || path.equals(".");
            Deque<String> parts = new ArrayDeque<>();
            for (String part : path.split("/")) {
                if (!part.isEmpty() && !part.equals(".")) {
                    parts.addLast(part);
                }
            }
            if (parts.isEmpty() || inside) {
                return new Place("/" + String.join("/", parts), ".");
            }
            String name = parts.removeLast();
            return name.equals("..")
                    ? new Place("/" + String.join("/", parts) + "/..", ".")
                    : new Place("/" + String.join("/", parts), name);
        }

        /** The name of it in an archive. */
        String shown(String path) {
            if (!name.equals(".")) {
                return name;
            }
            if (path.endsWith("/.") || path.equals(".")) {
                return ".";
            }
            String end = parent.substring(parent.lastIndexOf('/') + 1);
            return end.isEmpty() ? "/" : end;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a path is. */
    public FileStatus status(String reference, String path) {
        Container container = containers.registry().find(reference);
        return look(container, root -> status(root, path));
    }

    private static FileStatus status(Fd root, String path) throws ErrnoException {
        Place place = Place.of(path);
        try (Fd parent = FileCalls.openInRoot(root, bytes(place.parent()), Fd.O_PATH | Fd.O_DIRECTORY);
                Fd file = FileCalls.openInRoot(parent, bytes(place.name()), LOOK)) {
            FileCalls.Status status = FileCalls.status(file);
            String target = "";
            if (status.type() == FileCalls.SYMLINK) {
                String link = new String(FileCalls.readLink(file), StandardCharsets.UTF_8);
                target = absolute(link.startsWith("/") ? link : place.parent() + "/" + link);
            }
            return new FileStatus(
                    place.shown(path),
                    status.size(),
                    status.mode(),
                    Instant.ofEpochSecond(status.modifiedSeconds(), status.modifiedNanos()),
                    target);
        } catch (ErrnoException e) {
            throw new ErrnoException("open", path, e.errno());
        }
    }

    static String absolute(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** Takes what a path is, before a byte of its archive is sent. */
    @FunctionalInterface
    public interface Announcement {
        /** Gives where the archive goes. */
        OutputStream begin(FileStatus status) throws IOException;
    }

    /** Writes an archive of what is at a path: a file, or a directory with all below it. */
    public void read(String reference, String path, Announcement announcement) {
        Container container = containers.registry().find(reference);
        look(container, root -> {
            Place place = Place.of(path);
            FileStatus status = status(root, path);
            try (Fd parent = FileCalls.openInRoot(root, bytes(place.parent()), Fd.O_PATH | Fd.O_DIRECTORY);
                    FileArchive archive = new FileArchive(
                            announcement.begin(status),
                            false,
                            container.spec.users().ids())) {
                archive.add(parent, bytes(place.name()), place.shown(path));
            }
            return status;
        });
        containers.events().archived(container.view(), "archive-path", path);
    }

    /** Writes an archive of a container's own filesystem, without what is mounted into it. */
    public void export(String reference, OutputStream output) {
        Container container = containers.registry().find(reference);
        look(container, root -> {
            try (FileArchive archive =
                    new FileArchive(output, true, container.spec.users().ids())) {
                archive.addAll(root);
            }
            return container;
        });
        containers.events().archived(container.view(), "export", "");
    }

    /**
     * Unpacks an archive into a directory.
     *
     * @param keepKinds whether no directory may take the place of something else, nor the other way round
     * @param owned whether all of it becomes the container's user's
     */
    public void write(String reference, String path, InputStream archive, boolean keepKinds, boolean owned) {
        Container container = containers.registry().find(reference);
        if (path.isEmpty()) {
            throw EngineException.invalid("path cannot be empty");
        }
        if (container.spec.readOnlyRoot() && container.running == null) {
            throw EngineException.forbidden("container rootfs is marked read-only");
        }
        ArchiveExtractor.Owner owner = owned ? owner(container) : null;
        String into = absolute(path).substring(1);
        change(container, root -> {
            try (Fd directory = FileCalls.openInRoot(root, bytes(into.isEmpty() ? "." : into), Fd.O_PATH)) {
                if (!FileCalls.status(directory).isDirectory()) {
                    throw EngineException.invalid("extraction point is not a directory");
                }
            } catch (ErrnoException e) {
                throw new ErrnoException("open", path, e.errno());
            }
            extractor.extract(
                    archive,
                    root,
                    new String(bytes(into), StandardCharsets.ISO_8859_1),
                    keepKinds,
                    owner,
                    container.spec.users().ids());
            return container;
        });
        containers.events().archived(container.view(), "extract-to-dir", path);
    }

    private ArchiveExtractor.Owner owner(Container container) {
        try {
            ContainerLauncher.User user = launcher.user(containers.launchSpec(container));
            return new ArchiveExtractor.Owner(user.uid(), user.gid());
        } catch (LaunchException | IOException e) {
            throw EngineException.invalid(
                    "the user of container " + container.name + " cannot be looked up: " + e.getMessage());
        }
    }
}
