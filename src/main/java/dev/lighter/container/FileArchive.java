package dev.lighter.container;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.IdRange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes files as a tar archive, tar(5), while others may change them: names are never followed, what goes away meanwhile is left out, and
 * a file that shrinks is filled up with zeros. Belongs to one thread.
 */
final class FileArchive implements AutoCloseable {
    private static final int BUFFER = 128 * 1024;

    private final TarArchiveOutputStream tar;
    private final boolean oneFilesystem;
    private final IdRange ids;
    private final Map<FileCalls.Identity, String> linked = new HashMap<>();
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] heap = new byte[BUFFER];
    private long filesystem = -1;

    /**
     * @param oneFilesystem whether directories that are mounted stay empty
     * @param ids the users and groups of whom the files are
     */
    FileArchive(OutputStream output, boolean oneFilesystem, IdRange ids) {
        this.ids = ids;
        tar = new TarArchiveOutputStream(output, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        this.oneFilesystem = oneFilesystem;
    }

    /** Adds all that is in a directory, by names that begin there. */
    void addAll(Fd root) throws IOException {
        try (Fd readable = FileCalls.openToRead(root, new byte[] {'.'})) {
            filesystem = FileCalls.status(readable).identity().filesystem();
            for (byte[] name : FileTree.names(readable)) {
                addIfThere(readable, name, text(name));
            }
        }
    }

    /** Adds something, with all below it, by another name. Fails with ENOENT where there is nothing. */
    void add(Fd directory, byte[] name, String shown) throws IOException {
        FileCalls.Status status = FileCalls.status(directory, name);
        if (status == null) {
            throw new ErrnoException("open", text(name), Errno.ENOENT);
        }
        switch (status.type()) {
            case FileCalls.DIRECTORY -> directory(directory, name, shown, status);
            case FileCalls.REGULAR -> file(directory, name, shown, status);
            case FileCalls.SYMLINK -> {
                TarArchiveEntry entry = entry(shown, TarConstants.LF_SYMLINK, status);
                entry.setLinkName(text(FileCalls.readLink(directory, name)));
                put(entry);
            }
            case FileCalls.CHARACTER_DEVICE -> device(shown, TarConstants.LF_CHR, status);
            case FileCalls.BLOCK_DEVICE -> device(shown, TarConstants.LF_BLK, status);
            case FileCalls.FIFO -> put(entry(shown, TarConstants.LF_FIFO, status));
            default -> {
                // A socket is no use to anybody but its owner; tar has no word for it.
            }
        }
    }

    private void addIfThere(Fd directory, byte[] name, String shown) throws IOException {
        try {
            add(directory, name, shown);
        } catch (ErrnoException e) {
            // ELOOP, ENOTDIR: something else took its place.
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ELOOP) && !e.is(Errno.ENOTDIR)) {
                throw e;
            }
        }
    }

    private void directory(Fd parent, byte[] name, String shown, FileCalls.Status status) throws IOException {
        put(entry(shown.endsWith("/") ? shown : shown + "/", TarConstants.LF_DIR, status));
        if (oneFilesystem && status.identity().filesystem() != filesystem) {
            return;
        }
        String prefix = shown.endsWith("/") ? shown : shown + "/";
        try (Fd directory = FileCalls.openDirectory(parent, name)) {
            for (byte[] child : FileTree.names(directory)) {
                addIfThere(directory, child, prefix + text(child));
            }
        }
    }

    private void file(Fd parent, byte[] name, String shown, FileCalls.Status status) throws IOException {
        if (status.identity().links() > 1) {
            String first = linked.putIfAbsent(status.identity(), shown);
            if (first != null) {
                TarArchiveEntry entry = entry(shown, TarConstants.LF_LINK, status);
                entry.setLinkName(first);
                put(entry);
                return;
            }
        }
        try (Fd file = FileCalls.openToRead(parent, name)) {
            FileCalls.Status opened = FileCalls.status(file);
            if (opened.type() != FileCalls.REGULAR) {
                return;
            }
            TarArchiveEntry entry = entry(shown, TarConstants.LF_NORMAL, opened);
            entry.setSize(opened.size());
            tar.putArchiveEntry(entry);
            content(file, opened.size());
            tar.closeArchiveEntry();
        }
    }

    private void content(Fd file, long size) throws IOException {
        long left = size;
        while (left > 0) {
            direct.clear().limit((int) Math.min(left, BUFFER));
            long count = file.read(direct);
            if (count == -Errno.EINTR) {
                continue;
            }
            if (count < 0) {
                throw new ErrnoException("read", "file", (int) -count);
            }
            if (count == 0) {
                break;
            }
            direct.flip().get(heap, 0, (int) count);
            tar.write(heap, 0, (int) count);
            left -= count;
        }
        Arrays.fill(heap, (byte) 0);
        while (left > 0) {
            int count = (int) Math.min(left, BUFFER);
            tar.write(heap, 0, count);
            left -= count;
        }
    }

    private void device(String shown, byte type, FileCalls.Status status) throws IOException {
        TarArchiveEntry entry = entry(shown, type, status);
        entry.setDevMajor((int) (status.device() & 0xffff_ffffL));
        entry.setDevMinor((int) (status.device() >>> 32));
        put(entry);
    }

    private void put(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private TarArchiveEntry entry(String shown, byte type, FileCalls.Status status) {
        TarArchiveEntry entry = new TarArchiveEntry(shown, type, true);
        entry.setMode(status.mode() & 07777);
        entry.setUserId(Integer.toUnsignedLong(ids.toInside(status.uid())));
        entry.setGroupId(Integer.toUnsignedLong(ids.toInside(status.gid())));
        entry.setLastModifiedTime(
                FileTime.from(Instant.ofEpochSecond(status.modifiedSeconds(), status.modifiedNanos())));
        entry.setSize(0);
        return entry;
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Writes the archive's end; the stream below stays open. */
    @Override
    public void close() throws IOException {
        tar.finish();
        tar.flush();
    }
}
