package dev.lighter.image;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.IdShift;
import dev.lighter.kernel.TreeCopy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a layer that is being made, in its place among the layers: taken from where it was, or copied. What is not kept goes
 * back, or away. Attributes that overlay has noted for itself stay: below others it looks at none of them but the mark of opaque
 * directories. Belongs to one thread.
 */
final class NewLayer implements AutoCloseable {
    /** What is hashed while somebody waits: a blink of an eye. */
    private static final long SMALL_BYTES = 16 << 20;

    private static final long SMALL_NAMES = 2000;

    private final ImageDirectories directories;
    private final ImageStore store;
    private final WrittenLayer written;
    private final String id;
    private @Nullable LayerTaking taking;
    private boolean moved;
    private boolean kept;

    private NewLayer(WrittenLayer written, ImageDirectories directories, ImageStore store) {
        this.written = written;
        this.directories = directories;
        this.store = store;
        this.id = directories.beginLayer();
    }

    /** Takes or copies what was written. What was interrupted is undone at the engine's next start. */
    static NewLayer of(WrittenLayer written, ImageDirectories directories, ImageStore store) throws IOException {
        NewLayer layer = new NewLayer(written, directories, store);
        boolean done = false;
        try {
            layer.bring();
            done = true;
            return layer;
        } finally {
            if (!done) {
                layer.close();
            }
        }
    }

    private void bring() throws IOException {
        if (written.taken()) {
            LayerTaking intention = new LayerTaking(id, written.directory(), written.ids());
            store.recordTaking(intention);
            taking = intention;
            moved = move(written.directory(), directory());
        }
        if (moved) {
            IdShift.toInside(written.ids()).apply(directory());
        } else {
            copy();
        }
    }

    /** Whether it could be moved: not between filesystems, nor between projects of quotas. */
    private static boolean move(Path from, Path to) throws IOException {
        try (Fd source = open(Objects.requireNonNull(from.getParent()));
                Fd target = open(Objects.requireNonNull(to.getParent()))) {
            FileCalls.rename(source, name(from), target, name(to));
            return true;
        } catch (ErrnoException e) {
            if (!e.is(Errno.EXDEV)) {
                throw e;
            }
            return false;
        }
    }

    private static Fd open(Path directory) throws ErrnoException {
        return Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
    }

    private static byte[] name(Path path) {
        return path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    }

    private void copy() throws IOException {
        Path copy = directories.newTemporary();
        boolean done = false;
        try {
            try (Fd from = open(written.directory());
                    Fd to = open(copy)) {
                TreeCopy.copyLayer(from, to, IdShift.toInside(written.ids()));
            }
            Files.move(copy, directory());
            done = true;
        } finally {
            if (!done) {
                directories.removeTemporary(copy.getFileName().toString());
            }
        }
    }

    private Path directory() {
        return directories.layer(id);
    }

    /** The layer whose taking comes to its end when this is kept; null where nothing was taken. */
    @Nullable
    String taken() {
        return taking == null ? null : taking.layerId();
    }

    /** What is to be recorded of it: with the digest of its archive where that takes no time, else with one of our own making. */
    StoredLayer measured() throws IOException {
        FileTree.Size size = FileTree.size(directory());
        boolean small = size.bytes() <= SMALL_BYTES && size.names() <= SMALL_NAMES;
        String diffId = small
                ? digest(directory())
                : Sha256.of(("a layer that was written here: " + directory()).getBytes(StandardCharsets.UTF_8));
        return new StoredLayer(id, diffId, "", List.of(), size.bytes(), !small, null);
    }

    /** The digest of a layer's archive. */
    static String digest(Path layer) throws IOException {
        MessageDigest digest = Sha256.start();
        LayerPacker.pack(layer, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return Sha256.finish(digest);
    }

    /** It is recorded as a layer: it stays, and what it was copied from may go if it was to be taken. */
    void keep() throws IOException {
        kept = true;
        if (taking != null && !moved) {
            remove(written.directory());
        }
    }

    /** The same layer was there already: what was taken is not needed any more. */
    void discard() throws IOException {
        keep();
        directories.removeTemporary(directories.retireLayer(id));
    }

    private static void remove(Path directory) throws IOException {
        try (Fd parent = open(Objects.requireNonNull(directory.getParent()))) {
            FileTree.remove(parent, directory.getFileName().toString());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            undo();
        } finally {
            directories.endLayer(id);
        }
    }

    private void undo() throws IOException {
        if (kept) {
            return;
        }
        kept = true;
        LayerTaking intention = taking;
        if (moved && intention != null) {
            giveBack(intention, directory());
        } else if (Files.exists(directory())) {
            directories.removeTemporary(directories.retireLayer(id));
        }
        if (intention != null) {
            store.forgetTaking(id);
        }
    }

    /** Puts a directory that was taken back to where it was, unless that place is gone or it never left it. */
    static void giveBack(LayerTaking taking, Path directory) throws IOException {
        Path parent = taking.origin().getParent();
        if (!Files.isDirectory(directory) || Files.exists(taking.origin()) || parent == null || !Files.exists(parent)) {
            return;
        }
        IdShift.toHost(taking.ids()).apply(directory);
        move(directory, taking.origin());
    }
}
