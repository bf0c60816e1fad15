package dev.lighter.image;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.OpaqueMark;
import dev.lighter.kernel.Xattrs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Packs a layer's directory, as overlay has it, as an archive that {@link LayerUnpacker} makes the same directory of: deleted names as
 * whiteouts, directories that hide by a mark in them. Names are in the order of their bytes, so that the same directory gives the same
 * bytes. What an archive of a layer has no word for is left out: sockets, and files whose own names begin with {@code .wh.}. The topmost
 * directory itself is no part of it. Needs root. Good for one layer; belongs to one thread.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI image layer filesystem changeset</a>
 */
final class LayerPacker {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int BUFFER = 512 * 1024;
    private static final int PERMISSIONS = 07777;
    private static final int MOST_XATTR_BYTES = 64 * 1024;
    private static final int DEEPEST = 2048;

    private final TarWriter tar;
    private final Map<FileCalls.Identity, String> linked = new HashMap<>();
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] heap = new byte[BUFFER];

    private LayerPacker(TarWriter tar) {
        this.tar = tar;
    }

    /** Writes the whole archive; the stream stays open. Fails with what the kernel says where the directory changes meanwhile. */
    static void pack(Path layer, OutputStream out) throws IOException {
        try (Fd root = Fd.open(layer, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            TarWriter tar = new TarWriter(out);
            new LayerPacker(tar).directory(root, "", 0);
            tar.close();
        }
    }

    private void directory(Fd directory, String path, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new ErrnoException("openat", "a tree of more than " + DEEPEST + " directories", Errno.ELOOP);
        }
        List<byte[]> names = FileTree.names(directory);
        names.sort(Arrays::compareUnsigned);
        for (byte[] name : names) {
            Status status = FileCalls.status(directory, name);
            if (status == null) {
                throw new ErrnoException("statx", TarEntry.readable(path + raw(name)), Errno.ENOENT);
            }
            entry(directory, name, path, status, depth);
        }
    }

    private void entry(Fd parent, byte[] name, String path, Status status, int depth) throws IOException {
        String shown = path + raw(name);
        if (status.isWhiteout()) {
            tar.begin(mark(path + WHITEOUT + raw(name)));
            return;
        }
        if (raw(name).startsWith(WHITEOUT)) {
            return;
        }
        String first = status.isDirectory() || status.identity().links() < 2
                ? null
                : linked.putIfAbsent(status.identity(), shown);
        if (first != null) {
            tar.begin(entry(shown, TarEntry.HARD_LINK, status, 0, first, Map.of()));
            return;
        }
        switch (status.type()) {
            case FileCalls.DIRECTORY -> {
                tar.begin(entry(shown + "/", TarEntry.DIRECTORY, status, 0, "", xattrs(parent, name)));
                if (OpaqueMark.isOn(parent, name)) {
                    tar.begin(mark(shown + "/" + OPAQUE));
                }
                try (Fd directory = FileCalls.openDirectory(parent, name)) {
                    directory(directory, shown + "/", depth + 1);
                }
            }
            case FileCalls.REGULAR -> {
                tar.begin(entry(shown, TarEntry.FILE, status, status.size(), "", xattrs(parent, name)));
                if (status.size() > 0) {
                    content(parent, name, status.size());
                }
            }
            case FileCalls.SYMLINK ->
                tar.begin(entry(
                        shown,
                        TarEntry.SYMLINK,
                        status,
                        0,
                        raw(FileCalls.readLink(parent, name)),
                        xattrs(parent, name)));
            case FileCalls.CHARACTER_DEVICE ->
                tar.begin(entry(shown, TarEntry.CHARACTER_DEVICE, status, 0, "", xattrs(parent, name)));
            case FileCalls.BLOCK_DEVICE ->
                tar.begin(entry(shown, TarEntry.BLOCK_DEVICE, status, 0, "", xattrs(parent, name)));
            case FileCalls.FIFO -> tar.begin(entry(shown, TarEntry.FIFO, status, 0, "", xattrs(parent, name)));
            default -> {
                // A socket is no use without whoever listens to it.
            }
        }
    }

    private void content(Fd parent, byte[] name, long size) throws IOException {
        try (Fd file = FileCalls.openToRead(parent, name)) {
            long left = size;
            while (left > 0) {
                direct.clear().limit((int) Math.min(left, BUFFER));
                long count = file.read(direct);
                if (count == -Errno.EINTR) {
                    continue;
                }
                if (count <= 0) {
                    throw new ErrnoException(
                            "read", TarEntry.readable(raw(name)), count == 0 ? Errno.EIO : (int) -count);
                }
                direct.flip().get(heap, 0, (int) count);
                tar.write(heap, 0, (int) count);
                left -= count;
            }
        }
    }

    private static Map<String, byte[]> xattrs(Fd parent, byte[] name) throws ErrnoException {
        Map<String, byte[]> xattrs = new TreeMap<>();
        for (String attribute : Xattrs.list(parent, name, MOST_XATTR_BYTES)) {
            if (LayerUnpacker.isWanted(attribute)) {
                byte[] value = Xattrs.get(parent, name, attribute, MOST_XATTR_BYTES);
                if (value != null) {
                    xattrs.put(attribute, value);
                }
            }
        }
        return xattrs;
    }

    private static TarEntry mark(String name) {
        return new TarEntry(name, TarEntry.FILE, 0, 0, 0, 0, 0, 0, "", 0, 0, Map.of());
    }

    private static TarEntry entry(
            String name, char type, Status status, long size, String linkName, Map<String, byte[]> xattrs) {
        return new TarEntry(
                name,
                type,
                status.mode() & PERMISSIONS,
                status.uid(),
                status.gid(),
                size,
                status.modifiedSeconds(),
                status.modifiedNanos(),
                linkName,
                (int) (status.device() & 0xffff_ffffL),
                (int) (status.device() >>> 32),
                xattrs);
    }

    private static String raw(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
