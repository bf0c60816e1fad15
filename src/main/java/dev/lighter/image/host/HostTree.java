package dev.lighter.image.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * A tree of the host's files and of made-up ones that becomes one layer. The same tree gives the same bytes: names are sorted, everything
 * else is said. Files with several names are in it once. Belongs to one thread.
 */
public final class HostTree {
    private static final int BUFFER = 128 * 1024;

    private final SortedMap<String, Entry> entries = new TreeMap<>();

    /**
     * How something looks in the image.
     *
     * @param mode permissions with the set-id and sticky bits
     * @param modifiedSeconds since 1970
     */
    public record Look(int mode, int uid, int gid, long modifiedSeconds) {
        /** Root's, as of the beginning of time. */
        public static Look fixed(int mode) {
            return new Look(mode, 0, 0, 0);
        }

        /** As it looks here; a link as the link looks. */
        public static Look of(Path path) throws IOException {
            Map<String, Object> look =
                    Files.readAttributes(path, "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            FileTime modified = (FileTime) Objects.requireNonNull(look.get("lastModifiedTime"));
            return new Look(
                    number(look, "mode") & 07777,
                    number(look, "uid"),
                    number(look, "gid"),
                    Math.max(0, modified.toMillis() / 1000));
        }

        private static int number(Map<String, Object> look, String attribute) {
            return (Integer) Objects.requireNonNull(look.get(attribute));
        }

        Look at(long seconds) {
            return new Look(mode, uid, gid, seconds);
        }
    }

    private record Entry(
            Look look, Kind kind, byte[] content, @Nullable Path source) {}

    private enum Kind {
        DIRECTORY,
        TEXT,
        LINK,
        FILE
    }

    /** Adds a directory; one that is there gets this look. */
    public void directory(String name, Look look) {
        entries.put(name, new Entry(look, Kind.DIRECTORY, new byte[0], null));
    }

    /** Adds a file with this content in the place of whatever had its name. */
    public void text(String name, Look look, String text) {
        entries.put(name, new Entry(look, Kind.TEXT, text.getBytes(StandardCharsets.UTF_8), null));
    }

    /** Adds a regular file or a symbolic link of this host. */
    public void take(Path path, Look look) throws IOException {
        boolean link = Files.isSymbolicLink(path);
        byte[] target = link ? Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8) : new byte[0];
        entries.put(nameOf(path), new Entry(look, link ? Kind.LINK : Kind.FILE, target, path));
    }

    /** The name that a path of the host has in the tree. */
    public static String nameOf(Path path) {
        return path.toString().substring(1);
    }

    /** Whether there is something with this name. */
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /** The names of everything, sorted. */
    public Set<String> names() {
        return entries.keySet();
    }

    /** Adds the directories that are missing above what is there. */
    public void addParents(Function<String, Look> looks) {
        for (String name : Set.copyOf(entries.keySet())) {
            for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
                String parent = name.substring(0, slash);
                if (!entries.containsKey(parent)) {
                    directory(parent, looks.apply(parent));
                }
            }
        }
    }

    /** Who owns what is in the tree, and when it was changed. */
    public Collection<Look> looks() {
        return entries.values().stream().map(Entry::look).toList();
    }

    /** Writes the tree as a tar archive, and leaves the stream open. Fails where a file changes meanwhile. */
    public void write(OutputStream out) throws IOException {
        // Ends with the archive's last block; closing it would close what is below.
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        Map<Object, String> written = new HashMap<>();
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            String name = named.getKey();
            Entry entry = named.getValue();
            switch (entry.kind()) {
                case DIRECTORY -> put(tar, new TarArchiveEntry(name + "/"), entry);
                case TEXT -> put(tar, new TarArchiveEntry(name), entry);
                case LINK -> {
                    TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                    link.setLinkName(new String(entry.content(), StandardCharsets.UTF_8));
                    put(tar, link, new Entry(entry.look(), Kind.LINK, new byte[0], null));
                }
                case FILE -> file(tar, name, entry, written);
            }
        }
        tar.finish();
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry header, Entry entry) throws IOException {
        look(header, entry.look());
        header.setSize(entry.content().length);
        tar.putArchiveEntry(header);
        tar.write(entry.content());
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, Entry entry, Map<Object, String> written)
            throws IOException {
        Path source = entry.source();
        if (source == null) {
            throw new IllegalStateException(name + " has no source");
        }
        try (FileChannel channel =
                        FileChannel.open(source, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                InputStream in = Channels.newInputStream(channel)) {
            Map<String, Object> identity =
                    Files.readAttributes(source, "unix:dev,ino,nlink", LinkOption.NOFOLLOW_LINKS);
            String first = Look.number(identity, "nlink") < 2
                    ? null
                    : written.putIfAbsent(identity.get("dev") + ":" + identity.get("ino"), name);
            if (first != null) {
                TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_LINK);
                link.setLinkName(first);
                put(tar, link, new Entry(entry.look(), Kind.LINK, new byte[0], null));
                return;
            }
            long size = channel.size();
            TarArchiveEntry header = new TarArchiveEntry(name);
            look(header, entry.look());
            header.setSize(size);
            tar.putArchiveEntry(header);
            copy(in, tar, size, source);
            tar.closeArchiveEntry();
        }
    }

    /** A file that grows, such as a log, is taken as it was at first. */
    private static void copy(InputStream in, OutputStream out, long size, Path source) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long left = size; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(left, BUFFER));
            if (count < 0) {
                throw new IOException(source + " became shorter while it was copied; ask again");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    private static void look(TarArchiveEntry header, Look look) {
        header.setMode(look.mode());
        header.setIds(look.uid(), look.gid());
        header.setUserName("");
        header.setGroupName("");
        header.setModTime(look.modifiedSeconds() * 1000);
    }
}
