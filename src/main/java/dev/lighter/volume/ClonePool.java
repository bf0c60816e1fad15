package dev.lighter.volume;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.LoopDevice;
import dev.lighter.kernel.MountTree;
import dev.lighter.kernel.Reflink;
import dev.lighter.kernel.XfsFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where copies of directories are kept that have their bytes in common until one of them is written to: in the data directory itself where
 * its filesystem can share bytes between files, else in one of its own, an XFS in a sparse file, which is made when it is first wanted. A
 * directory of the pool is a link in the data directory, {@code <kind>/<id>/<name>}, to {@code clones/<kind>/<id>}. Safe for all threads.
 */
public final class ClonePool {
    private static final Logger LOG = LoggerFactory.getLogger(ClonePool.class);
    private static final String MOUNTED = "clones";
    private static final String IMAGE = "clones.xfs";
    private static final String NEW_IMAGE = "clones.xfs.new";
    /** What must stay free where the file is, in bytes. */
    private static final long RESERVE = 256L << 20;

    private static final FileAttribute<Set<PosixFilePermission>> PASSABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x"));

    private final Path data;
    /** Whether one is wanted and can be had; null before that was tried. */
    private @Nullable Boolean usable;

    ClonePool(Path data) {
        this.data = data.toAbsolutePath().normalize();
    }

    /** Mounts the pool where there is one already: before anybody looks for what is in it. */
    synchronized void begin() throws IOException {
        Files.deleteIfExists(data.resolve(NEW_IMAGE));
        if (Files.exists(data.resolve(IMAGE))) {
            try {
                mount();
                usable = true;
            } catch (IOException e) {
                LOG.error("What is in {} cannot be used: {}", data.resolve(IMAGE), e.getMessage());
                usable = false;
            }
        }
    }

    /** The directory of the pool's entries of a kind, relative to the data directory. */
    public static String entries(String kind) {
        return MOUNTED + "/" + kind;
    }

    /**
     * Makes a directory that shares bytes with others that were made here: itself, or a link to one in the pool.
     *
     * <p>A filesystem in a sparse file does not know when there is no place for that file to grow; so it is looked for before.
     *
     * @param directory {@code <kind>/<id>/<name>} in the data directory, of which the last is missing
     * @param bytes that are about to be written into it, besides those that are shared
     */
    public void make(Path directory, long bytes) throws IOException {
        if (!isUsable()) {
            Files.createDirectory(directory);
            return;
        }
        long free = Files.getFileStore(data).getUsableSpace();
        if (free < bytes + RESERVE) {
            throw new IOException("no space left: " + bytes + " bytes are needed and " + RESERVE
                    + " are kept free, but " + data + " has only " + free);
        }
        Path entry = entry(directory);
        Files.createDirectories(Objects.requireNonNull(entry.getParent()), PASSABLE);
        Files.createDirectory(entry);
        Files.createSymbolicLink(
                directory, Objects.requireNonNull(directory.getParent()).relativize(entry));
    }

    private Path entry(Path directory) {
        Path relative = data.relativize(directory);
        return data.resolve(MOUNTED).resolve(relative.subpath(0, 2));
    }

    /** Removes what of {@code <kind>/<id>} is in the pool, with all it holds. */
    public void remove(String kind, String id) throws IOException {
        Path parent = data.resolve(entries(kind));
        if (Files.exists(parent.resolve(id), LinkOption.NOFOLLOW_LINKS)) {
            try (Fd open = Fd.open(parent, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                FileTree.remove(open, id);
            }
        }
    }

    /** The ids of a kind that have something in the pool. */
    public List<String> list(String kind) throws IOException {
        try (Stream<Path> entries = Files.list(data.resolve(entries(kind)))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private synchronized boolean isUsable() throws IOException {
        if (usable == null) {
            usable = !Reflink.isThere(data) && open();
        }
        return usable;
    }

    /** Makes the file, as large as the filesystem that it is in; gives false where this machine cannot have it. */
    private boolean open() throws IOException {
        Path image = data.resolve(NEW_IMAGE);
        long bytes = Files.getFileStore(data).getTotalSpace();
        try {
            XfsFormat.write(image, Math.max(XfsFormat.LEAST_BYTES, Math.min(XfsFormat.MOST_BYTES, bytes)));
            Files.move(image, data.resolve(IMAGE), StandardCopyOption.ATOMIC_MOVE);
            mount();
            return true;
        } catch (IOException e) {
            LOG.info("Copies of volumes share no bytes, since no XFS can be mounted here: {}", e.getMessage());
            Files.deleteIfExists(image);
            Files.deleteIfExists(data.resolve(IMAGE));
            return false;
        }
    }

    private void mount() throws IOException {
        Path place = data.resolve(MOUNTED);
        if (!Files.exists(place)) {
            Files.createDirectory(place, PASSABLE);
        }
        if (!MountTree.isMounted(place)) {
            try (LoopDevice device = LoopDevice.attach(data.resolve(IMAGE))) {
                MountTree.attach(device.path().toString(), place, "xfs", 0, "discard");
            }
        }
    }

    /** At the engine's end, when nothing that runs needs it: takes the mount away, and the file when nothing is in it. */
    synchronized void end() throws IOException {
        Path place = data.resolve(MOUNTED);
        if (!MountTree.isMounted(place)) {
            return;
        }
        boolean empty = hasNothing(place);
        try {
            MountTree.detachUnused(place);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
            LOG.info("{} stays mounted, since somebody uses it", place);
            return;
        }
        if (empty) {
            Files.delete(data.resolve(IMAGE));
            Files.delete(place);
        }
    }

    /** Whether no kind has an entry. */
    private static boolean hasNothing(Path place) throws IOException {
        int depth = 2;
        try (Stream<Path> entries =
                Files.find(place, depth, (path, look) -> place.relativize(path).getNameCount() == depth)) {
            return entries.findAny().isEmpty();
        }
    }
}
