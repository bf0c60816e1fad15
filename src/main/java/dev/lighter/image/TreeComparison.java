package dev.lighter.image;

import dev.lighter.image.ImageFileChange.Kind;
import dev.lighter.image.ImageFileChange.Type;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.OpaqueMark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks two stacks of layers as overlay would show them, side by side, without mounting either. Where both show a directory of the very
 * same layers, nothing below it is looked at: images that share their lower layers are compared in the time that the upper ones take. Belongs
 * to one thread.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay filesystem</a>
 */
final class TreeComparison implements AutoCloseable {
    /** Nobody can name what is deeper. */
    private static final int DEEPEST = 2000;

    private final Map<Path, Fd> opened = new HashMap<>();
    private final Page page;

    /**
     * What is at a path.
     *
     * @param place the uppermost layer that has it
     * @param places of a directory, all layers that it is made of, uppermost first; empty for anything else
     */
    private record Found(FileCalls.Status status, Fd place, List<Fd> places) {
        boolean isSameAs(@Nullable Found other) {
            return other != null && place == other.place && places.equals(other.places);
        }
    }

    private TreeComparison(Page page) {
        this.page = page;
    }

    /** Gives what changed from one stack of layers to another, both lowest first. */
    static void compare(List<Path> before, List<Path> after, Page page) throws IOException {
        try (TreeComparison comparison = new TreeComparison(page)) {
            List<Fd> old = comparison.open(before);
            List<Fd> now = comparison.open(after);
            if (!old.equals(now)) {
                comparison.directory("", old, now, 0);
            }
        }
    }

    private List<Fd> open(List<Path> layers) throws IOException {
        List<Fd> places = new ArrayList<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            Fd place = opened.get(layers.get(i));
            if (place == null) {
                place = Fd.open(layers.get(i), Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
                opened.put(layers.get(i), place);
            }
            places.add(place);
        }
        return places;
    }

    /** @param path of the directory, its bytes as ISO 8859-1, without slashes around it */
    private void directory(String path, List<Fd> before, List<Fd> after, int depth) throws IOException {
        NavigableMap<String, Found> old = children(path, before);
        NavigableMap<String, Found> now = children(path, after);
        TreeSet<String> names = new TreeSet<>(old.keySet());
        names.addAll(now.keySet());
        for (String name : names) {
            Found was = old.get(name);
            Found is = now.get(name);
            if (was != null && was.isSameAs(is)) {
                continue;
            }
            String child = path.isEmpty() ? name : path + "/" + name;
            tell(child, was, is);
            boolean deeper = was != null && was.status.isDirectory() || is != null && is.status.isDirectory();
            if (deeper && depth < DEEPEST) {
                directory(child, was == null ? List.of() : was.places, is == null ? List.of() : is.places, depth + 1);
            }
        }
    }

    private NavigableMap<String, Found> children(String path, List<Fd> places) throws IOException {
        TreeMap<String, Found> found = new TreeMap<>();
        Map<String, Boolean> closed = new HashMap<>();
        for (Fd place : places) {
            for (byte[] raw : names(place, path)) {
                String name = new String(raw, StandardCharsets.ISO_8859_1);
                if (closed.containsKey(name)) {
                    continue;
                }
                byte[] full = bytes(path.isEmpty() ? name : path + "/" + name);
                FileCalls.Status status = FileCalls.status(place, full);
                if (status == null) {
                    continue;
                }
                Found above = found.get(name);
                if (!status.isDirectory()) {
                    closed.put(name, true);
                    if (above == null && !status.isWhiteout()) {
                        found.put(name, new Found(status, place, List.of()));
                    }
                    continue;
                }
                List<Fd> all = new ArrayList<>(above == null ? List.of() : above.places);
                all.add(place);
                found.put(
                        name,
                        above == null ? new Found(status, place, all) : new Found(above.status, above.place, all));
                if (OpaqueMark.isOn(place, full)) {
                    closed.put(name, true);
                }
            }
        }
        return found;
    }

    private static List<byte[]> names(Fd place, String path) throws IOException {
        // Opened anew even for the top: reading a directory moves its descriptor, and both stacks may share it.
        try (Fd directory = FileCalls.openDirectory(place, bytes(path.isEmpty() ? "." : path))) {
            return FileTree.names(directory);
        }
    }

    private void tell(String path, @Nullable Found was, @Nullable Found is) throws IOException {
        Found one = is == null ? was : is;
        if (one == null) {
            return;
        }
        Kind kind = was == null ? Kind.ADDED : is == null ? Kind.DELETED : Kind.MODIFIED;
        if (was != null && is != null && !differs(path, was, is)) {
            return;
        }
        page.take(new ImageFileChange(
                kind, type(one.status), "/" + new String(bytes(path), StandardCharsets.UTF_8), size(is), size(was)));
    }

    private static boolean differs(String path, Found was, Found is) throws IOException {
        FileCalls.Status old = was.status;
        FileCalls.Status now = is.status;
        if (old.mode() != now.mode() || old.uid() != now.uid() || old.gid() != now.gid()) {
            return true;
        }
        if (now.isDirectory()) {
            return false;
        }
        if (old.size() != now.size() || old.device() != now.device()) {
            return true;
        }
        byte[] name = bytes(path);
        return switch (type(now)) {
            case LINK -> !Arrays.equals(FileCalls.readLink(was.place, name), FileCalls.readLink(is.place, name));
            case FILE -> contentDiffers(was.place, is.place, name);
            default -> false;
        };
    }

    private static boolean contentDiffers(Fd was, Fd is, byte[] name) throws IOException {
        try (Fd old = FileCalls.openToRead(was, name);
                Fd now = FileCalls.openToRead(is, name);
                InputStream before = input(old);
                InputStream after = input(now)) {
            byte[] one = new byte[ChunkPipe.CHUNK];
            byte[] other = new byte[ChunkPipe.CHUNK];
            while (true) {
                int count = before.readNBytes(one, 0, one.length);
                int otherCount = after.readNBytes(other, 0, other.length);
                if (!Arrays.equals(one, 0, count, other, 0, otherCount)) {
                    return true;
                }
                if (count == 0) {
                    return false;
                }
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ELOOP) || e.is(Errno.ENOENT)) {
                return true;
            }
            throw e;
        }
    }

    private static InputStream input(Fd file) throws IOException {
        return Files.newInputStream(Path.of(file.procPath()));
    }

    private static Type type(FileCalls.Status status) {
        return switch (status.type()) {
            case FileCalls.DIRECTORY -> Type.DIRECTORY;
            case FileCalls.SYMLINK -> Type.LINK;
            case FileCalls.REGULAR -> Type.FILE;
            default -> Type.OTHER;
        };
    }

    private static long size(@Nullable Found found) {
        return found == null || type(found.status) != Type.FILE ? 0 : found.status.size();
    }

    private static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        opened.values().forEach(Fd::close);
    }

    /** Counts all changes and keeps those of one page. */
    static final class Page {
        private final String after;
        private final int limit;
        private final List<ImageFileChange> files = new ArrayList<>();
        private final Map<Kind, ImageChanges.Sum> sums = new EnumMap<>(Kind.class);
        private boolean more;

        /** @param after the path of the last file of the page before; empty for the first page */
        Page(String after, int limit) {
            this.after = after;
            this.limit = limit;
        }

        private void take(ImageFileChange change) {
            ImageChanges.Sum sum = sum(change.kind());
            long bytes = change.kind() == Kind.DELETED
                    ? change.sizeBytesBefore()
                    : change.sizeBytes() - change.sizeBytesBefore();
            sums.put(change.kind(), new ImageChanges.Sum(sum.count() + 1, sum.bytes() + bytes));
            if (!after.isEmpty() && order(change.path()).compareTo(order(after)) <= 0) {
                return;
            }
            if (files.size() < limit) {
                files.add(change);
            } else {
                more = true;
            }
        }

        /** Text whose order is that of the walk: a directory's content comes right after it. */
        private static String order(String path) {
            return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1).replace('/', '\0');
        }

        ImageChanges.Sum sum(Kind kind) {
            return sums.getOrDefault(kind, new ImageChanges.Sum(0, 0));
        }

        List<ImageFileChange> files() {
            return List.copyOf(files);
        }

        boolean more() {
            return more;
        }
    }
}
