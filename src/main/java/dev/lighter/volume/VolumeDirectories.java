package dev.lighter.volume;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.MountTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The volumes' directories below {@code volumes} in the data directory, and what is mounted on them. Safe for all threads. */
final class VolumeDirectories {
    private static final String DATA = "data";
    /** Where a copy is made before it becomes the volume's content. */
    private static final String COPY = "copy";

    private final Path parent;

    VolumeDirectories(Path data) throws IOException {
        parent = data.toAbsolutePath().normalize().resolve("volumes");
        Files.createDirectories(
                parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }

    /** Where a volume's files are, unless its options say otherwise. */
    Path data(String id) {
        return parent.resolve(id).resolve(DATA);
    }

    /** A directory beside it, on the same filesystem. */
    Path copy(String id) {
        return parent.resolve(id).resolve(COPY);
    }

    /** Makes what is missing, and takes away what an interrupted copy left. */
    void make(String id) throws IOException {
        Files.createDirectories(
                parent.resolve(id), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        if (!Files.exists(data(id))) {
            Files.createDirectory(data(id));
            Files.setPosixFilePermissions(data(id), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        discardCopy(id);
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
        try (Fd directory = Fd.open(parent, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            FileTree.remove(directory, id);
        }
    }

    /** The ids that have a directory, and what removals that were interrupted have left. */
    List<String> list() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    /** Whether a filesystem is mounted on a volume's directory. */
    boolean isMounted(String id) throws IOException {
        return MountTree.isMounted(data(id));
    }
}
