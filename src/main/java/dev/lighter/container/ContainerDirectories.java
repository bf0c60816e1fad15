package dev.lighter.container;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The containers' directories below {@code containers} in the data directory. Safe for all threads. */
final class ContainerDirectories {
    private final Path parent;

    ContainerDirectories(Path data) throws IOException {
        parent = data.toAbsolutePath().normalize().resolve("containers");
        Files.createDirectories(
                parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }

    /** The directory that holds all of them. */
    Path parent() {
        return parent;
    }

    Path of(String id) {
        return parent.resolve(id);
    }

    void create(String id) throws IOException {
        Files.createDirectory(
                of(id), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }

    /** The ids that have a directory. */
    List<String> list() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    /** The directory of a container's writable layer, where it has one. */
    Path upper(String id) {
        return of(id).resolve("upper");
    }

    /** Where a copy of it is for a while; nothing that outlives the engine. */
    Path copy(String id) {
        return of(id).resolve("copy");
    }

    /** Takes away what an interrupted copy has left. */
    void discardCopy(String id) throws IOException {
        if (Files.exists(copy(id))) {
            try (Fd directory = Fd.open(of(id), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                FileTree.remove(directory, "copy");
            }
        }
    }

    /** Removes a container's directory with all it holds; links are removed, not followed. Does nothing where there is none. */
    void delete(String id) throws IOException {
        Path directory = of(id);
        if (!Files.exists(directory)) {
            return;
        }
        LimitedLayer.release(directory);
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
