package dev.lighter.volume;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.MountTree;
import dev.lighter.kernel.TreeCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The volumes' directories below {@code volumes} in the data directory, and what is mounted on them. Safe for all threads. */
final class VolumeDirectories {
    private static final String VOLUMES = "volumes";
    private static final String DATA = "data";
    /** Where a copy is made before it becomes the volume's content. */
    private static final String COPY = "copy";

    private final Path parent;
    private final ClonePool pool;

    VolumeDirectories(Path data, ClonePool pool) throws IOException {
        this.pool = pool;
        parent = data.toAbsolutePath().normalize().resolve(VOLUMES);
        Files.createDirectories(
                parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }

    /** Where a volume's files are, unless its options say otherwise. */
    Path data(String id) {
        Path data = parent.resolve(id).resolve(DATA);
        try {
            return data.resolveSibling(Files.readSymbolicLink(data)).normalize();
        } catch (NotLinkException | NoSuchFileException itself) {
            return data;
        } catch (IOException e) {
            throw EngineException.internal("the files of volume " + id + " cannot be found: " + e.getMessage(), e);
        }
    }

    /** A directory beside it, on the same filesystem. */
    Path copy(String id) {
        return parent.resolve(id).resolve(COPY);
    }

    /** Makes what is missing, and takes away what an interrupted copy left. */
    void make(String id) throws IOException {
        Path data = makeParent(id);
        if (!Files.exists(data, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(data);
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        discardCopy(id);
    }

    private Path makeParent(String id) throws IOException {
        return Files.createDirectories(
                        parent.resolve(id),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")))
                .resolve(DATA);
    }

    /** Makes the directory of a volume that begins with the files of another directory, with which it shares bytes if it can. */
    void makeClone(String id, Path of) throws IOException {
        pool.make(makeParent(id), 0);
        try (Fd from = Fd.open(of, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
                Fd to = Fd.open(data(id), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            TreeCopy.copy(from, to);
        }
    }

    void discardCopy(String id) throws IOException {
        if (Files.exists(copy(id))) {
            try (Fd directory = Fd.open(parent.resolve(id), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                FileTree.remove(directory, COPY);
            }
        }
    }

    /** Removes a volume's directory with all it holds; links are removed, not followed. */
    void delete(String id) throws IOException {
        while (isMounted(id)) {
            MountTree.detach(data(id));
        }
        pool.remove(VOLUMES, id);
        try (Fd directory = Fd.open(parent, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            FileTree.remove(directory, id);
        }
    }

    /** The ids that have a directory, and what removals that were interrupted have left. */
    List<String> list() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return Stream.concat(entries.map(entry -> entry.getFileName().toString()), pool.list(VOLUMES).stream())
                    .distinct()
                    .toList();
        }
    }

    /** Whether a filesystem is mounted on a volume's directory. */
    boolean isMounted(String id) throws IOException {
        return MountTree.isMounted(data(id));
    }
}
