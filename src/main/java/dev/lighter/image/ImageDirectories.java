package dev.lighter.image;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Where the bytes of images are: {@code blobs/sha256} with every blob as it arrived, {@code layers} with one unpacked directory per
 * layer, {@code incoming} for what is on its way in or out and for nothing that outlives the engine. All on one file system, so that a
 * rename moves between them. Safe for all threads.
 */
final class ImageDirectories {
    static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_LENGTH = 12;

    private final SecureRandom random = new SecureRandom();
    private final Path data;
    private final Path blobs;
    private final Path layers;
    private final Path temporary;
    private final Set<String> temporariesInUse = ConcurrentHashMap.newKeySet();
    private final Set<String> layersBeingMade = ConcurrentHashMap.newKeySet();

    ImageDirectories(Path data) throws IOException {
        this.data = data.toAbsolutePath().normalize();
        blobs = this.data.resolve("blobs").resolve("sha256");
        layers = this.data.resolve("layers");
        temporary = this.data.resolve("incoming");
        Files.createDirectories(blobs, PRIVATE);
        Files.createDirectories(layers, PRIVATE);
        Files.createDirectories(temporary, PRIVATE);
    }

    Path data() {
        return data;
    }

    Path blob(String digest) {
        return blobs.resolve(Sha256.hex(digest));
    }

    /** How many bytes a blob has; none where it is not there. */
    long blobBytes(String digest) throws IOException {
        try {
            return Files.size(blob(digest));
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    Path layer(String id) {
        return layers.resolve(id);
    }

    Path temporary(String name) {
        return temporary.resolve(name);
    }

    /** A short name that nothing has: 60 random bits. */
    String newId() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /** Makes an empty directory for one attempt. */
    Path newTemporary() throws IOException {
        String name = newId();
        temporariesInUse.add(name);
        return Files.createDirectory(temporary.resolve(name), PRIVATE);
    }

    /** The temporaries that somebody works in or is about to remove. */
    Set<String> temporariesInUse() {
        return Set.copyOf(temporariesInUse);
    }

    /** A name for a layer that is made in its place; the layer is nobody's orphan until {@link #endLayer}. */
    String beginLayer() {
        String id = newId();
        layersBeingMade.add(id);
        return id;
    }

    /** The layer is recorded, or gone. */
    void endLayer(String id) {
        layersBeingMade.remove(id);
    }

    Set<String> layersBeingMade() {
        return Set.copyOf(layersBeingMade);
    }

    List<String> blobNames() throws IOException {
        return names(blobs);
    }

    /** Removes a file among the blobs, whatever its name. */
    void deleteBlobFile(String name) throws IOException {
        Files.deleteIfExists(blobs.resolve(name));
    }

    List<String> layerNames() throws IOException {
        return names(layers);
    }

    List<String> temporaryNames() throws IOException {
        return names(temporary);
    }

    /** The directory that holds all layers, open. */
    Fd openLayers() throws IOException {
        return Fd.open(layers, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
    }

    /** Puts bytes where blobs are kept, all at once. */
    void writeBlob(String digest, byte[] content) throws IOException {
        Path written = Files.write(temporary.resolve(newId()), content);
        Files.move(written, blob(digest), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes a layer out of use at once; the bytes are still to be removed with {@link #removeTemporary}. Gives the temporary's name. */
    String retireLayer(String id) throws IOException {
        String name = newId();
        temporariesInUse.add(name);
        Files.move(layers.resolve(id), temporary.resolve(name));
        return name;
    }

    /** Removes a temporary and all in it. */
    void removeTemporary(String name) throws IOException {
        try (Fd parent = Fd.open(temporary, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            FileTree.remove(parent, name);
            temporariesInUse.remove(name);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
