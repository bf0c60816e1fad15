package dev.lighter.build;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Where builds keep files while they last, and caches of steps longer. Safe for all threads. */
final class BuildDirectories {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path running;
    private final Path caches;

    BuildDirectories(Path data) throws IOException {
        Path top = data.toAbsolutePath().normalize().resolve("builds");
        running = top.resolve("running");
        caches = top.resolve("cache");
        Files.createDirectories(running, PRIVATE);
        Files.createDirectories(caches, PRIVATE);
    }

    /** A build's directory, which may be missing. */
    Path path(String id) {
        return running.resolve(id);
    }

    /** Makes a build's directory. */
    void create(String id) throws IOException {
        Files.createDirectory(running.resolve(id), PRIVATE);
    }

    /** Makes a private directory in one that is there. */
    static Path createPrivate(Path parent, String name) throws IOException {
        return Files.createDirectory(parent.resolve(name), PRIVATE);
    }

    /** Removes a build's directory with all that is in it; passes over one that is gone. */
    void delete(String id) throws IOException {
        remove(running, id);
    }

    List<String> running() throws IOException {
        return names(running);
    }

    /** The directory of a cache, which may be missing. */
    Path cache(String id) {
        return caches.resolve(id);
    }

    /** Makes a cache's directory; false where it was there. */
    boolean createCache(String id) throws IOException {
        try {
            Files.createDirectory(caches.resolve(id));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    void deleteCache(String id) throws IOException {
        remove(caches, id);
    }

    List<String> caches() throws IOException {
        return names(caches);
    }

    private static void remove(Path parent, String name) throws IOException {
        if (!Files.exists(parent.resolve(name), java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Fd directory = Fd.open(parent, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            FileTree.remove(directory, name);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
