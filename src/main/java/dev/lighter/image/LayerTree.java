package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.OpaqueMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a layer that is being unpacked. Keeps the latest parent open, because archives list files directory by directory.
 * Belongs to one thread.
 */
final class LayerTree implements AutoCloseable {
    private static final int MOST_LINKS = 40;
    private static final int LONGEST_NAME = 4000;
    private static final int MOST_IMPLIED = 100_000;
    private static final byte[] HERE = {'.'};

    private final Fd root;
    private final TreeSet<String> implied = new TreeSet<>();
    private String currentPath = "";
    private @Nullable Fd current;

    /** Makes something in a directory. */
    interface Creation {
        void create() throws IOException;
    }

    LayerTree(Path directory) throws IOException {
        root = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
    }

    TreeSet<String> implied() {
        return implied;
    }

    /** A name without {@code .}, {@code ..} and superfluous slashes, relative to the layer; refuses one that climbs out of it. */
    String normalize(String name) {
        if (name.length() > LONGEST_NAME || name.indexOf(0) >= 0) {
            throw EngineException.invalid("the layer has an entry whose name is too long or no name");
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    throw EngineException.invalid(
                            "the layer's entry " + TarEntry.readable(name) + " leads out of the layer");
                }
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    /** The open directory of this path, made where the layer has none; valid until the next call. */
    Fd parent(String path) throws IOException {
        if (current != null && path.equals(currentPath)) {
            return current;
        }
        forget();
        Fd opened = open(path);
        if (opened == null) {
            make(path);
            opened = existing(path);
        }
        current = opened;
        currentPath = path;
        return opened;
    }

    /** The open directory of this path; the caller's to close. Fails where the layer has none. */
    Fd existing(String path) throws ErrnoException {
        return FileCalls.openInRoot(root, path.isEmpty() ? HERE : bytes(path), Fd.O_PATH | Fd.O_DIRECTORY);
    }

    /** The same, but null where the layer has none. */
    @Nullable
    Fd open(String path) throws ErrnoException {
        try {
            return existing(path);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return null;
            }
            throw e;
        }
    }

    /** Makes what is missing of a path, through the layer's own links, wherever in the layer they lead. */
    private void make(String path) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(List.of(path.split("/")));
        List<String> done = new ArrayList<>();
        int links = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (!done.isEmpty()) {
                    done.remove(done.size() - 1);
                }
                continue;
            }
            try (Fd here = existing(String.join("/", done))) {
                byte[] bytes = bytes(name);
                FileCalls.Status status = FileCalls.status(here, bytes);
                if (status != null && status.type() == FileCalls.SYMLINK) {
                    String target = new String(FileCalls.readLink(here, bytes), StandardCharsets.ISO_8859_1);
                    if (++links > MOST_LINKS || target.length() + ahead.size() > LONGEST_NAME) {
                        throw new ErrnoException("openat2", TarEntry.readable(path), Errno.ELOOP);
                    }
                    if (target.startsWith("/")) {
                        done.clear();
                    }
                    String[] parts = target.split("/");
                    for (int i = parts.length - 1; i >= 0; i--) {
                        ahead.push(parts[i]);
                    }
                    continue;
                }
                done.add(name);
                if (status == null) {
                    FileCalls.makeDirectory(here, bytes, 0755);
                    FileCalls.changeMode(here, bytes, 0755);
                    imply(String.join("/", done));
                } else if (status.isWhiteout()) {
                    FileCalls.unlink(here, bytes);
                    FileCalls.makeDirectory(here, bytes, 0755);
                    FileCalls.changeMode(here, bytes, 0755);
                    OpaqueMark.set(here, bytes);
                } else if (!status.isDirectory()) {
                    throw new ErrnoException("openat2", TarEntry.readable(path), Errno.ENOTDIR);
                }
            }
        }
    }

    private void imply(String path) {
        implied.add(path);
        if (implied.size() > MOST_IMPLIED) {
            throw EngineException.invalid("the layer leaves out more than " + MOST_IMPLIED
                    + " directories that it has files in; pack it with its directories");
        }
    }

    /** Makes a directory, or keeps the one that is there, or puts it in the place of something else. */
    void directory(Fd parent, String path, byte[] name) throws IOException {
        implied.remove(path);
        FileCalls.Status status = FileCalls.status(parent, name);
        if (status != null && status.isDirectory()) {
            return;
        }
        if (status != null) {
            FileCalls.unlink(parent, name);
        }
        FileCalls.makeDirectory(parent, name, 0700);
        if (status != null && status.isWhiteout()) {
            OpaqueMark.set(parent, name);
        }
    }

    /** Creates something that is no directory; what has its name already goes away. */
    void replace(Fd parent, String path, byte[] name, Creation creation) throws IOException {
        try {
            creation.create();
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            FileCalls.Status status = FileCalls.status(parent, name);
            if (status != null && status.isDirectory()) {
                FileTree.remove(parent, name);
                implied.removeIf(one -> one.equals(path) || one.startsWith(path + "/"));
            } else {
                FileCalls.unlink(parent, name);
            }
            creation.create();
        }
    }

    /** Hides what layers below have in a directory. */
    void makeOpaque(String path) throws IOException {
        try (Fd directory =
                FileCalls.openInRoot(root, path.isEmpty() ? HERE : bytes(path), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
            OpaqueMark.set(directory);
        }
    }

    /** Gives the layer's topmost directory its owner and permissions. */
    void changeRoot(TarEntry entry) throws ErrnoException {
        FileCalls.changeOwner(root, entry.uid(), entry.gid());
        FileCalls.changeMode(root, entry.permissions());
    }

    /** Sets a directory's time, once everything is in it; passes over one that is no more. */
    void changeTime(String path, TarEntry entry) throws ErrnoException {
        try (Fd directory =
                FileCalls.openInRoot(root, path.isEmpty() ? HERE : bytes(path), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
            FileCalls.changeTime(directory, entry.modifiedSeconds(), entry.modifiedNanos());
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
                throw e;
            }
        }
    }

    private void forget() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    private static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        forget();
        root.close();
    }
}
