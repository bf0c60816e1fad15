package dev.lighter.launch;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The layer below all layers of an image: empty places to mount on, for images that lack them. Shared by all containers, so that none
 * needs to make them in its own writable layer.
 */
final class BaseLayer {
    private static final List<String> DIRECTORIES = List.of("dev", "etc", "proc", "sys");
    private static final List<String> FILES = List.of("etc/hostname", "etc/hosts", "etc/resolv.conf");

    private final Path directory;

    /** Makes what is missing below a directory. */
    BaseLayer(Path directory) throws IOException {
        this.directory = directory;
        makeDirectory(directory);
        for (String name : DIRECTORIES) {
            makeDirectory(directory.resolve(name));
        }
        for (String name : FILES) {
            try {
                Files.createFile(directory.resolve(name));
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            Files.setPosixFilePermissions(directory.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    private static void makeDirectory(Path path) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The layers of an image, lowest first, above this one. */
    List<Path> below(List<Path> layers) {
        List<Path> all = new ArrayList<>(layers.size() + 1);
        all.add(directory);
        all.addAll(layers);
        return all;
    }
}
