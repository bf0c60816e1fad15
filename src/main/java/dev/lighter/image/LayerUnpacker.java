package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.OpaqueMark;
import dev.lighter.kernel.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Unpacks one layer's archive into a directory as overlay wants it: whiteouts as character devices 0/0, opaque directories by attribute.
 * Every name is resolved inside the directory as if it were the root, so no link and no {@code ..} leads out. Needs root. Good for one
 * layer; belongs to one thread.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI image layer filesystem changeset</a>
 */
final class LayerUnpacker implements AutoCloseable {
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String WHITEOUT = ".wh.";
    private static final String WHITEOUT_META = ".wh..wh.";
    private static final int BUFFER = 256 * 1024;

    private final LayerTree tree;
    private final LoadBudget budget;
    private final UnpackRules rules;
    private final Map<String, TarEntry> directories = new LinkedHashMap<>();
    private final byte[] heap = new byte[BUFFER];
    private final byte[] zeros = new byte[BUFFER];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
    private long sizeBytes;

    LayerUnpacker(Path directory, LoadBudget budget) throws IOException {
        this(directory, budget, UnpackRules.LAYER);
    }

    LayerUnpacker(Path directory, LoadBudget budget, UnpackRules rules) throws IOException {
        this.tree = new LayerTree(directory);
        this.budget = budget;
        this.rules = rules;
    }

    /** Unpacks everything up to the archive's end. */
    void unpack(TarReader tar) throws IOException {
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            budget.file();
            TarEntry owned = rules.owned(entry);
            String path = rules.placed(tree.normalize(entry.name()));
            try {
                add(tar, owned, path);
            } catch (ErrnoException e) {
                throw refusal(entry, e);
            }
        }
        tar.drain();
        for (Map.Entry<String, TarEntry> directory : directories.entrySet()) {
            tree.changeTime(directory.getKey(), directory.getValue());
        }
    }

    /** The sum of the sizes of all files. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Directories that the layer leaves out although it has files in them; they are to look as those below them do. */
    TreeSet<String> implied() {
        return tree.implied();
    }

    private void add(TarReader tar, TarEntry entry, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        String parentPath = slash < 0 ? "" : path.substring(0, slash);
        if (path.equals(rules.into())) {
            if (rules.isLayer() && entry.type() == TarEntry.DIRECTORY) {
                tree.changeRoot(entry);
                directories.put("", entry);
            }
            return;
        }
        Fd parent = tree.parent(parentPath);
        if (rules.isLayer() && name.startsWith(WHITEOUT)) {
            hide(parent, parentPath, name);
            return;
        }
        byte[] bytes = bytes(name);
        if (!rules.isLayer()) {
            FileCalls.Status present = FileCalls.status(parent, bytes);
            if (rules.keepKinds()) {
                rules.check(entry, present);
            }
            boolean replaced = present != null && !(present.isDirectory() && entry.type() == TarEntry.DIRECTORY);
            if (replaced && FileCalls.isMountPoint(parent, bytes)) {
                // Seen from here nothing would keep it, and the container would lose the mount.
                throw EngineException.conflict("unlinkat /" + TarEntry.readable(path)
                        + ": device or resource busy: something is mounted there");
            }
        }
        switch (entry.type()) {
            case TarEntry.DIRECTORY -> {
                tree.directory(parent, path, bytes);
                directories.put(path, entry);
                attributes(parent, bytes, entry);
                return;
            }
            case TarEntry.FILE -> {
                file(tar, entry, parent, path, bytes);
                return;
            }
            case TarEntry.HARD_LINK -> {
                link(entry, path, bytes);
                return;
            }
            case TarEntry.SYMLINK -> {
                if (entry.linkName().isEmpty()) {
                    throw EngineException.invalid(
                            "the layer's symbolic link " + TarEntry.readable(entry.name()) + " leads nowhere");
                }
                tree.replace(parent, path, bytes, () -> FileCalls.makeSymlink(bytes(entry.linkName()), parent, bytes));
            }
            case TarEntry.CHARACTER_DEVICE -> node(entry, parent, path, bytes, FileCalls.CHARACTER_DEVICE);
            case TarEntry.BLOCK_DEVICE -> node(entry, parent, path, bytes, FileCalls.BLOCK_DEVICE);
            case TarEntry.FIFO -> node(entry, parent, path, bytes, FileCalls.FIFO);
            default ->
                throw EngineException.invalid("the layer's entry " + TarEntry.readable(entry.name())
                        + " is of the unknown type '" + entry.type() + "'");
        }
        attributes(parent, bytes, entry);
        FileCalls.changeTime(parent, bytes, entry.modifiedSeconds(), entry.modifiedNanos());
    }

    private void node(TarEntry entry, Fd parent, String path, byte[] name, int type) throws IOException {
        tree.replace(
                parent, path, name, () -> FileCalls.makeNode(parent, name, type | 0600, entry.major(), entry.minor()));
    }

    private void hide(Fd parent, String parentPath, String name) throws IOException {
        if (name.equals(OPAQUE)) {
            tree.makeOpaque(parentPath);
            return;
        }
        if (name.startsWith(WHITEOUT_META)) {
            return;
        }
        String hidden = name.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw EngineException.invalid("the layer's whiteout " + TarEntry.readable(name) + " hides nothing");
        }
        byte[] bytes = bytes(hidden);
        FileCalls.Status status = FileCalls.status(parent, bytes);
        if (status == null) {
            FileCalls.makeNode(parent, bytes, FileCalls.CHARACTER_DEVICE, 0, 0);
        } else if (status.isDirectory()) {
            // What the layer itself has is not hidden, only what lies below it.
            OpaqueMark.set(parent, bytes);
        }
    }

    private void file(TarReader tar, TarEntry entry, Fd parent, String path, byte[] name) throws IOException {
        Fd[] created = new Fd[1];
        tree.replace(parent, path, name, () -> created[0] = FileCalls.create(parent, name, 0600));
        try (Fd file = created[0]) {
            long hole = 0;
            for (int count = fill(tar); count > 0; count = fill(tar)) {
                budget.write(count);
                if (count == BUFFER && Arrays.equals(heap, zeros)) {
                    hole += count;
                    continue;
                }
                if (hole > 0) {
                    FileCalls.skip(file, hole);
                    hole = 0;
                }
                direct.clear();
                direct.put(heap, 0, count).flip();
                file.writeFully(direct);
            }
            if (hole > 0) {
                FileCalls.changeSize(file, entry.size());
            }
            sizeBytes += entry.size();
            if (entry.uid() != 0 || entry.gid() != 0) {
                FileCalls.changeOwner(file, entry.uid(), entry.gid());
            }
            FileCalls.changeMode(file, entry.permissions());
            for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
                if (isWanted(xattr.getKey())) {
                    try {
                        Xattrs.set(file, xattr.getKey(), xattr.getValue());
                    } catch (ErrnoException e) {
                        tolerate(e);
                    }
                }
            }
            FileCalls.changeTime(file, entry.modifiedSeconds(), entry.modifiedNanos());
        }
    }

    private int fill(TarReader tar) throws IOException {
        int count = 0;
        while (count < BUFFER) {
            int got = tar.read(heap, count, BUFFER - count);
            if (got < 0) {
                break;
            }
            count += got;
        }
        return count;
    }

    private void link(TarEntry entry, String path, byte[] name) throws IOException {
        String target = rules.placed(tree.normalize(entry.linkName()));
        int slash = target.lastIndexOf('/');
        try (Fd from = tree.open(slash < 0 ? "" : target.substring(0, slash))) {
            byte[] targetName = bytes(target.substring(slash + 1));
            FileCalls.Status status = from == null || target.isEmpty() ? null : FileCalls.status(from, targetName);
            if (from == null || status == null || status.isDirectory()) {
                throw EngineException.invalid("the layer's hard link " + TarEntry.readable(entry.name()) + " leads to "
                        + TarEntry.readable(entry.linkName()) + ", which is no file of the layer");
            }
            if (target.equals(path)) {
                return;
            }
            int parentSlash = path.lastIndexOf('/');
            Fd parent = tree.parent(parentSlash < 0 ? "" : path.substring(0, parentSlash));
            tree.replace(parent, path, name, () -> FileCalls.link(from, targetName, parent, name));
        }
    }

    /** Owner, permissions and attributes; in this order, because a change of owner clears the set-id bits and capabilities. */
    private static void attributes(Fd parent, byte[] name, TarEntry entry) throws IOException {
        if (entry.uid() != 0 || entry.gid() != 0 || entry.type() == TarEntry.DIRECTORY) {
            FileCalls.changeOwner(parent, name, entry.uid(), entry.gid());
        }
        if (entry.type() != TarEntry.SYMLINK) {
            FileCalls.changeMode(parent, name, entry.permissions());
        }
        for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
            if (isWanted(xattr.getKey())) {
                try {
                    Xattrs.set(parent, name, xattr.getKey(), xattr.getValue());
                } catch (ErrnoException e) {
                    tolerate(e);
                }
            }
        }
    }

    /** Attributes of overlay itself would change what the layer hides or where it points. */
    static boolean isWanted(String attribute) {
        return attribute.startsWith("user.") && !attribute.startsWith("user.overlay.")
                || attribute.equals("security.capability")
                || attribute.startsWith("system.posix_acl_");
    }

    /** Some file systems keep no such attributes, and some kinds of file cannot have any; Docker passes over both. */
    private static void tolerate(ErrnoException e) throws ErrnoException {
        if (!e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EPERM)) {
            throw e;
        }
    }

    private static IOException refusal(TarEntry entry, ErrnoException e) {
        String reason = switch (e.errno()) {
            case Errno.ELOOP -> "leads through too many links";
            case Errno.ENAMETOOLONG -> "has a name that is too long";
            case Errno.ENOTDIR -> "lies below something that is not a directory";
            default -> null;
        };
        if (reason == null) {
            return e;
        }
        throw new EngineException(
                EngineException.Kind.INVALID, "the layer's entry " + TarEntry.readable(entry.name()) + " " + reason, e);
    }

    static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        tree.close();
    }
}
