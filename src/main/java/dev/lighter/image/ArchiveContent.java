package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an uploaded archive of images holds, read in one pass: documents are kept in memory, everything else goes into the attempt as
 * blobs. The archive's names are keys only and never reach the file system. Belongs to one thread.
 */
final class ArchiveContent implements AutoCloseable {
    private static final int LARGEST_DOCUMENT = 2 << 20;
    private static final int MOST_DOCUMENT_BYTES = 16 << 20;
    private static final int MOST_ENTRIES = 20_000;
    private static final int MOST_LINKS = 16;
    private static final int MOST_UNPACKING = 2;
    private static final Pattern BLOB_NAME = Pattern.compile("blobs/([a-z0-9]+)/([0-9a-f]+)");
    private static final Pattern LEGACY_NAME = Pattern.compile("([0-9a-f]{64})\\.(?:tar|json)");
    private static final int SHORT_NAME = 12;

    private final LoadAttempt attempt;
    private final ImageIndex known;
    private final LoadProgress progress;
    private final Map<String, byte[]> documents = new HashMap<>();
    private final Map<String, String> digests = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private final Deque<BlobIngest> unpacking = new ArrayDeque<>();
    private long documentBytes;

    ArchiveContent(LoadAttempt attempt, ImageIndex known, LoadProgress progress) {
        this.attempt = attempt;
        this.known = known;
        this.progress = progress;
    }

    /** Reads a whole archive, plain or compressed. */
    void read(InputStream archive) throws IOException {
        TarReader tar = new TarReader(Compression.expand(archive, attempt.budget()));
        int count = 0;
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            if (++count > MOST_ENTRIES) {
                throw EngineException.invalid("the archive has more than " + MOST_ENTRIES
                        + " entries; is it a file system? Then import it, this loads images");
            }
            String name = normalize("", entry.name());
            switch (entry.type()) {
                case TarEntry.FILE -> file(tar, name, entry.size());
                case TarEntry.SYMLINK -> links.put(name, normalize(parent(name), entry.linkName()));
                case TarEntry.HARD_LINK -> links.put(name, normalize("", entry.linkName()));
                default -> {}
            }
        }
        tar.drain();
        awaitUnpacking(0);
    }

    private void file(TarReader tar, String name, long size) throws IOException {
        String expected = expectedDigest(name);
        boolean kept = expected != null && known.diffId(expected) != null && attempt.lease(expected);
        BlobIngest ingest = new BlobIngest(attempt, kept);
        boolean waits = false;
        try {
            byte[] buffer = ingest.buffer();
            int count = fill(tar, buffer);
            if (size <= LARGEST_DOCUMENT && isDocument(buffer, count)) {
                document(tar, name, (int) size, buffer, count);
                return;
            }
            String shortName = shortName(name);
            long done = 0;
            while (count > 0) {
                ingest.take(count);
                done += count;
                progress.layer(shortName, done, size);
                count = fill(tar, ingest.buffer());
            }
            String digest = ingest.end();
            if (kept && expected != null) {
                attempt.addDiffId(expected, String.valueOf(known.diffId(expected)));
            }
            verify(name, expected, digest);
            digests.put(name, digest);
            unpacking.add(ingest);
            waits = true;
        } finally {
            if (!waits) {
                ingest.close();
            }
        }
        awaitUnpacking(MOST_UNPACKING);
    }

    /** Lets layers be unpacked while the next ones are read, but not more than so many. */
    private void awaitUnpacking(int most) throws IOException {
        while (unpacking.size() > most) {
            try (BlobIngest oldest = unpacking.remove()) {
                oldest.awaitLayer();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (BlobIngest ingest : unpacking) {
            ingest.close();
        }
    }

    private void document(TarReader tar, String name, int size, byte[] start, int count) throws IOException {
        documentBytes += size;
        if (documentBytes > MOST_DOCUMENT_BYTES) {
            throw EngineException.invalid("the archive's manifests and configurations are too large");
        }
        byte[] bytes = new byte[size];
        System.arraycopy(start, 0, bytes, 0, count);
        int done = count;
        while (done < size) {
            int got = tar.read(bytes, done, size - done);
            if (got < 0) {
                throw new IOException("the archive ends in the middle of " + name);
            }
            done += got;
        }
        String digest = Sha256.of(bytes);
        verify(name, expectedDigest(name), digest);
        documents.put(name, bytes);
        digests.put(name, digest);
    }

    private static void verify(String name, @Nullable String expected, String digest) {
        if (expected != null && !expected.equals(digest)) {
            throw EngineException.invalid(
                    "the archive's " + TarEntry.readable(name) + " does not match its name: its digest is " + digest);
        }
    }

    /** The digest that a name promises; legacy names of layers are not always their digests. */
    private static @Nullable String expectedDigest(String name) {
        Matcher blob = BLOB_NAME.matcher(name);
        if (blob.matches()) {
            String digest = blob.group(1) + ":" + blob.group(2);
            if (!Sha256.isDigest(digest)) {
                throw EngineException.invalid("the archive's " + name + " has a digest other than sha256");
            }
            return digest;
        }
        Matcher legacy = LEGACY_NAME.matcher(name);
        return legacy.matches() ? Sha256.PREFIX + legacy.group(1) : null;
    }

    private static boolean isDocument(byte[] start, int count) {
        if (count > 262 && start[257] == 'u' && start[258] == 's' && start[259] == 't') {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (start[i] == '{' || start[i] == '[') {
                return true;
            }
            if (start[i] != ' ' && start[i] != '\n' && start[i] != '\r' && start[i] != '\t') {
                return false;
            }
        }
        return false;
    }

    private static int fill(TarReader tar, byte[] buffer) throws IOException {
        int count = 0;
        while (count < buffer.length) {
            int got = tar.read(buffer, count, buffer.length - count);
            if (got < 0) {
                break;
            }
            count += got;
        }
        return count;
    }

    /** A document by its name in the archive, or null. */
    byte @Nullable [] document(String name) {
        return documents.get(follow(normalize("", name)));
    }

    /** The digest of a file by its name in the archive; fails with INVALID where there is none. */
    String digest(String name) {
        String digest = digests.get(follow(normalize("", name)));
        if (digest == null) {
            throw EngineException.invalid(
                    "the archive has no " + TarEntry.readable(name) + ", which its manifest names");
        }
        return digest;
    }

    /** A document by its digest; fails with INVALID where there is none. */
    byte[] documentOf(String digest) {
        if (!Sha256.isDigest(digest)) {
            throw EngineException.invalid("\"" + digest + "\" in the archive is not a sha256 digest");
        }
        byte[] bytes = documents.get("blobs/sha256/" + Sha256.hex(digest));
        if (bytes == null) {
            throw EngineException.invalid("the archive has no document " + digest + ", which it refers to");
        }
        return bytes;
    }

    /** Whether there is a blob of this digest. */
    boolean has(String digest) {
        return Sha256.isDigest(digest) && digests.containsKey("blobs/sha256/" + Sha256.hex(digest));
    }

    private String follow(String name) {
        String current = name;
        for (int i = 0; i < MOST_LINKS; i++) {
            String target = links.get(current);
            if (target == null || digests.containsKey(current)) {
                return current;
            }
            current = target;
        }
        return current;
    }

    private static String parent(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    private static String normalize(String base, String name) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : (name.startsWith("/") ? name : base + "/" + name).split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private static String shortName(String name) {
        String last = name.endsWith("/layer.tar") ? name.substring(0, name.length() - 10) : name;
        last = last.substring(last.lastIndexOf('/') + 1);
        return last.length() > SHORT_NAME ? last.substring(0, SHORT_NAME) : last;
    }
}
