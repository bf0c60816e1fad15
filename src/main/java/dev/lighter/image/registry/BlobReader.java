package dev.lighter.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A blob's bytes as they come, exactly as many as its descriptor says. Where a connection breaks or rests it goes on behind the last byte,
 * and where one server does not have it, at the next. Its digest is for the reader to check. Belongs to one thread.
 */
public final class BlobReader extends InputStream {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    private final List<RegistryRepository> sources;
    private final String digest;
    private final long size;
    private Backoff backoff;
    private int source;
    private long position;
    private @Nullable Answer answer;

    BlobReader(List<RegistryRepository> sources, String digest, long size, long offset) {
        this.sources = sources;
        this.digest = digest;
        this.size = size;
        this.position = offset;
        this.backoff = new Backoff(sources.get(0).session().settings());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (true) {
            try {
                if (position == size) {
                    end();
                    return -1;
                }
                Answer open = open();
                int count = open.body().read(target, offset, (int) Math.min(length, size - position));
                if (count < 0) {
                    throw passing("the connection ended after " + position + " of " + size + " bytes");
                }
                position += count;
                backoff.reset();
                return count;
            } catch (RegistryException e) {
                recover(e);
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                recover(RegistryException.of(
                        RegistryException.Reason.PASSING, "the blob " + digest + ": " + e.getMessage(), e));
            }
        }
    }

    private RegistryException passing(String text) {
        return RegistryException.of(RegistryException.Reason.PASSING, "the blob " + digest + ": " + text, null);
    }

    /** Waits for another attempt, here or elsewhere; throws when there is none. */
    private void recover(RegistryException failure) throws IOException {
        close();
        try {
            backoff.await(failure);
        } catch (RegistryException last) {
            if (source + 1 >= sources.size()) {
                throw last;
            }
            source++;
            backoff = new Backoff(sources.get(source).session().settings());
        }
    }

    /** After the last byte nothing may follow. */
    private void end() throws IOException {
        Answer open = answer;
        if (open != null && open.length() < 0) {
            byte[] more = new byte[1];
            boolean longer;
            try {
                longer = open.body().read(more, 0, 1) > 0;
            } catch (IOException e) {
                // All is there; how the connection ends does not matter.
                longer = false;
            }
            if (longer) {
                throw tooLong();
            }
        }
        close();
    }

    private RegistryException tooLong() {
        return RegistryException.broken(
                "the blob " + digest + " is longer than the " + size + " bytes that its manifest says");
    }

    private Answer open() throws IOException {
        Answer known = answer;
        if (known != null) {
            return known;
        }
        Answer fresh = sources.get(source).openBlob(digest, position);
        answer = fresh;
        if (fresh.status() != 206) {
            checkLength(fresh.length());
            skip(fresh, position);
            return fresh;
        }
        Matcher range = CONTENT_RANGE.matcher(fresh.header("Content-Range"));
        if (!range.matches()) {
            throw RegistryException.broken("the blob " + digest + ": a part came that does not say which");
        }
        long first = Long.parseLong(range.group(1));
        if (first > position) {
            throw RegistryException.broken("the blob " + digest + ": another part came than was asked for");
        }
        if (!range.group(3).equals("*")) {
            checkLength(Long.parseLong(range.group(3)));
        }
        skip(fresh, position - first);
        return fresh;
    }

    private void checkLength(long length) throws RegistryException {
        if (length > size) {
            throw tooLong();
        }
        if (length >= 0 && length < size) {
            throw RegistryException.broken(
                    "the blob " + digest + " has " + length + " bytes, its manifest says " + size);
        }
    }

    /** Reads past what is here already, for servers that know no ranges. */
    private void skip(Answer from, long count) throws IOException {
        byte[] past = new byte[1 << 16];
        long left = count;
        while (left > 0) {
            int got = from.body().read(past, 0, (int) Math.min(past.length, left));
            if (got < 0) {
                throw passing("the connection ended early");
            }
            left -= got;
        }
    }

    /** How many bytes have come, those before the offset among them. */
    public long position() {
        return position;
    }

    @Override
    public void close() {
        Answer open = answer;
        answer = null;
        if (open != null) {
            open.close();
        }
    }
}
