package dev.lighter.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tar archives for tests, also ones that nobody should make. */
public final class TarBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

    private boolean finished;

    public TarBytes() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    public TarBytes file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public TarBytes file(String name, byte[] content) {
        return put(entry(name, TarConstants.LF_NORMAL, 0644), content);
    }

    public TarBytes executable(String name, byte[] content) {
        return put(entry(name, TarConstants.LF_NORMAL, 0755), content);
    }

    public TarBytes file(String name, int mode, int uid, int gid, Map<String, String> xattrs) {
        TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL, mode);
        entry.setIds(uid, gid);
        xattrs.forEach((key, value) -> entry.addPaxHeader("SCHILY.xattr." + key, value));
        return put(entry, new byte[] {'x'});
    }

    public TarBytes directory(String name, int mode, int uid, int gid) {
        TarArchiveEntry entry = entry(name + "/", TarConstants.LF_DIR, mode);
        entry.setIds(uid, gid);
        return put(entry, new byte[0]);
    }

    public TarBytes symlink(String name, String target) {
        return link(name, target, TarConstants.LF_SYMLINK);
    }

    public TarBytes hardLink(String name, String target) {
        return link(name, target, TarConstants.LF_LINK);
    }

    private TarBytes link(String name, String target, byte type) {
        TarArchiveEntry entry = entry(name, type, 0777);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    public TarBytes device(String name, byte type, int major, int minor) {
        TarArchiveEntry entry = entry(name, type, 0660);
        entry.setDevMajor(major);
        entry.setDevMinor(minor);
        return put(entry, new byte[0]);
    }

    private static TarArchiveEntry entry(String name, byte type, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setMode(mode);
        entry.setModTime(1_500_000_000_000L);
        return entry;
    }

    private TarBytes put(TarArchiveEntry entry, byte[] content) {
        try {
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes() {
        try {
            if (!finished) {
                tar.finish();
                finished = true;
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
