package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes whole trees of files, however deep and however many, with a constant number of descriptors: a directory that is not empty is
 * first moved up beside the tree. Links are removed, not followed. Stateless; safe for all threads, one tree by one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getdents.2.html">getdents64(2)</a>
 */
public final class FileTree {
    private static final Syscall GETDENTS64 = Syscall.named("getdents64");
    private static final int LISTING = 64 * 1024;
    private static final int DT_DIR = 4;
    private static final String PREFIX = ".removed-";
    private static final byte[] DOT = {'.'};
    private static final byte[] DOT_DOT = {'.', '.'};

    private FileTree() {}

    /**
     * Removes a file or a directory with all it holds. Where the removal is interrupted, some of the tree's directories stay in
     * {@code parent} under names that begin with {@code .removed-}.
     */
    public static void remove(Fd parent, String name) throws ErrnoException {
        remove(parent, name.getBytes(StandardCharsets.UTF_8));
    }

    /** The same for a name of raw bytes. */
    public static void remove(Fd parent, byte[] top) throws ErrnoException {
        FileCalls.Status status = FileCalls.status(parent, top);
        if (status == null) {
            return;
        }
        if (!status.isDirectory()) {
            FileCalls.unlink(parent, top);
            return;
        }
        ByteBuffer listing = ByteBuffer.allocateDirect(LISTING).order(ByteOrder.nativeOrder());
        Deque<byte[]> waiting = new ArrayDeque<>();
        waiting.push(top);
        long[] moved = {0};
        while (!waiting.isEmpty()) {
            byte[] current = waiting.pop();
            try (Fd directory = FileCalls.openDirectory(parent, current)) {
                visit(directory, listing, (entry, isDirectory) -> {
                    if (!removed(directory, entry, isDirectory)) {
                        waiting.push(movedUp(directory, entry, parent, moved[0]++));
                    }
                    return true;
                });
            }
            FileCalls.removeDirectory(parent, current);
        }
    }

    /** The names in an open directory, as raw bytes, in the order in which the file system has them. */
    public static List<byte[]> names(Fd directory) throws ErrnoException {
        return names(directory, Integer.MAX_VALUE);
    }

    /** The same, but not more than so many names: the first that the file system has. */
    public static List<byte[]> names(Fd directory, int most) throws ErrnoException {
        List<byte[]> names = new ArrayList<>();
        ByteBuffer listing = ByteBuffer.allocateDirect(LISTING).order(ByteOrder.nativeOrder());
        visit(directory, listing, (entry, isDirectory) -> names.add(entry) && names.size() < most);
        return names;
    }

    /** How many bytes the regular files of a tree hold, each counted once whatever its names; what goes away meanwhile is left out. */
    public static long bytes(Path top) throws IOException {
        return size(top).bytes();
    }

    /**
     * How large a tree is.
     *
     * @param bytes of its regular files, each counted once whatever its names
     * @param names of everything in it
     */
    public record Size(long bytes, long names) {}

    /** The same with the number of names. */
    public static Size size(Path top) throws IOException {
        long[] bytes = {0};
        long[] names = {0};
        Set<Object> counted = new HashSet<>();
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                names[0] += directory.equals(top) ? 0 : 1;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                names[0]++;
                Object key = attributes.fileKey();
                if (attributes.isRegularFile() && (key == null || counted.add(key))) {
                    bytes[0] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return new Size(bytes[0], names[0]);
    }

    /** What is done with one name in a directory. */
    private interface Visit {
        /** Gives whether to go on. */
        boolean entry(byte[] name, boolean isDirectory) throws ErrnoException;
    }

    private static void visit(Fd directory, ByteBuffer listing, Visit visit) throws ErrnoException {
        while (true) {
            long length = GETDENTS64.call(null, directory.number(), NativeScope.address(listing), LISTING);
            if (length == 0) {
                return;
            }
            for (int at = 0; at < length; at += listing.getShort(at + 16)) {
                byte[] entry = entryName(listing, at + 19);
                boolean itself = Arrays.equals(entry, DOT) || Arrays.equals(entry, DOT_DOT);
                if (!itself && !visit.entry(entry, listing.get(at + 18) == DT_DIR)) {
                    return;
                }
            }
        }
    }

    /** Removes a file or an empty directory; false where it is a directory that holds something. */
    private static boolean removed(Fd directory, byte[] entry, boolean isDirectory) throws ErrnoException {
        try {
            if (isDirectory) {
                FileCalls.removeDirectory(directory, entry);
            } else {
                FileCalls.unlink(directory, entry);
            }
            return true;
        } catch (ErrnoException e) {
            if (isDirectory && e.is(Errno.ENOTEMPTY)) {
                return false;
            }
            // Some file systems do not tell types in their listings.
            if (!isDirectory && e.is(Errno.EISDIR)) {
                return removed(directory, entry, true);
            }
            throw e;
        }
    }

    /** Moves a directory beside the tree under a name that nothing has; a rename would only replace an empty directory, so the name is new. */
    private static byte[] movedUp(Fd directory, byte[] entry, Fd parent, long number) throws ErrnoException {
        byte[] place = (PREFIX + Long.toHexString(System.nanoTime()) + "." + number).getBytes(StandardCharsets.UTF_8);
        FileCalls.rename(directory, entry, parent, place);
        return place;
    }

    private static byte[] entryName(ByteBuffer listing, int start) {
        int end = start;
        while (listing.get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - start];
        listing.get(start, name);
        return name;
    }
}
