package dev.lighter.image.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends one blob: in one piece, or a large one in pieces, going on behind the last one that arrived. What cannot be finished is taken back.
 * Belongs to one thread.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs">Pushing blobs</a>
 */
final class BlobUpload {
    private static final String BINARY = "application/octet-stream";
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

    private final RegistryRepository repository;
    private final RegistrySession session;
    private final Set<String> scopes;
    private final OutgoingBlob blob;

    BlobUpload(RegistryRepository repository, OutgoingBlob blob) {
        this.repository = repository;
        this.session = repository.session();
        this.scopes = repository.scopes();
        this.blob = blob;
    }

    /** Runs until the registry has the blob; gives whether it was taken from the other repository. */
    boolean run(String from) throws IOException {
        Backoff backoff = new Backoff(session.settings());
        String source = from;
        boolean inPieces = blob.sizeBytes() > session.settings().chunkBytes();
        while (true) {
            URI place = null;
            try {
                place = start(source);
                if (place == null) {
                    return true;
                }
                if (inPieces) {
                    finish(pieces(place, backoff));
                } else {
                    whole(place);
                }
                return false;
            } catch (PiecesRefused e) {
                cancel(place);
                inPieces = false;
            } catch (RegistryException e) {
                cancel(place);
                source = "";
                backoff.await(e);
            }
        }
    }

    /** Not every registry takes pieces. */
    private static final class PiecesRefused extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Where to send the bytes; null where none are needed any more. */
    private @Nullable URI start(String from) throws IOException {
        String mount = from.isEmpty()
                ? ""
                : "?mount=" + encoded(blob.digest()) + "&from=" + URLEncoder.encode(from, StandardCharsets.UTF_8);
        Set<String> wanted = from.isEmpty() ? scopes : repository.scopesWith(from);
        Call call = Call.of("POST", repository.at("/blobs/uploads/" + mount)).with(BINARY, new byte[0]);
        try (Answer answer = session.send(call, wanted)) {
            if (answer.status() == 201 && !from.isEmpty()) {
                return null;
            }
            if (answer.status() == 202) {
                return location(answer);
            }
            RegistryException failure = answer.isGood()
                    ? RegistryException.broken(answer.what() + ": status " + answer.status() + " begins no upload")
                    : answer.failure();
            if (from.isEmpty()) {
                throw failure;
            }
        }
        // The other repository may not be seen, or the registry knows no mounts.
        return start("");
    }

    private URI location(Answer answer) throws IOException {
        String location = answer.header("Location");
        if (location.isEmpty()) {
            throw RegistryException.broken(answer.what() + ": the registry does not say where to send the blob");
        }
        return session.resolve(answer.uri(), location);
    }

    private static String encoded(String digest) {
        return URLEncoder.encode(digest, StandardCharsets.UTF_8);
    }

    private URI withDigest(URI place) {
        String separator = place.getRawQuery() == null ? "?" : "&";
        return URI.create(place + separator + "digest=" + encoded(blob.digest()));
    }

    private void whole(URI place) throws IOException {
        Call call = Call.of("PUT", withDigest(place)).with(BINARY, new Part(0, blob.sizeBytes()));
        try (Answer answer = session.sendOnce(call, scopes)) {
            if (!answer.isGood()) {
                throw answer.failure();
            }
        }
    }

    private void finish(URI place) throws IOException {
        try (Answer answer = session.sendOnce(Call.of("PUT", withDigest(place)).with(BINARY, new byte[0]), scopes)) {
            if (!answer.isGood()) {
                throw answer.failure();
            }
        }
    }

    private URI pieces(URI start, Backoff backoff) throws IOException {
        URI place = start;
        long offset = 0;
        while (offset < blob.sizeBytes()) {
            long end = Math.min(offset + session.settings().chunkBytes(), blob.sizeBytes());
            Call call = Call.of("PATCH", place)
                    .with(BINARY, new Part(offset, end - offset))
                    .with("Content-Range", offset + "-" + (end - 1));
            try (Answer answer = session.sendOnce(call, scopes)) {
                if (offset == 0 && answer.status() >= 400 && answer.status() < 500 && isAboutPieces(answer.status())) {
                    throw new PiecesRefused();
                }
                if (!answer.isGood()) {
                    throw answer.failure();
                }
                place = location(answer);
                offset = arrived(answer, end);
                backoff.reset();
            } catch (RegistryException e) {
                backoff.await(e);
                // Part of the piece may have arrived: the registry knows.
                try (Answer status = session.send(Call.of("GET", place), scopes)) {
                    if (!status.isGood()) {
                        throw e;
                    }
                    if (!status.header("Location").isEmpty()) {
                        place = location(status);
                    }
                    offset = arrived(status, 0);
                }
            }
        }
        return place;
    }

    private static boolean isAboutPieces(int status) {
        return status == 400 || status == 405 || status == 411 || status == 415 || status == 416;
    }

    private long arrived(Answer answer, long otherwise) throws IOException {
        Matcher range = RANGE.matcher(answer.header("Range"));
        if (!range.matches()) {
            return otherwise;
        }
        long last = Long.parseLong(range.group(1));
        // "0-0" is what registries say of nothing as well as of one byte.
        long arrived = last == 0 ? 0 : last + 1;
        if (arrived > blob.sizeBytes()) {
            throw RegistryException.broken(answer.what() + ": the registry has more of the blob than there is");
        }
        return arrived;
    }

    private void cancel(@Nullable URI place) {
        if (place == null) {
            return;
        }
        try (Answer answer = session.sendOnce(Call.of("DELETE", place), scopes)) {
            var ignored = answer.status();
        } catch (IOException e) {
            // Registries clear away what nobody finishes.
            return;
        }
    }

    /** Some of the blob's bytes. */
    private final class Part implements Content {
        private final long offset;
        private final long length;

        Part(long offset, long length) {
            this.offset = offset;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public InputStream open() throws IOException {
            return new Counted(blob.open(offset), offset, length);
        }
    }

    /** Ends with the part, and tells how far it is. */
    private final class Counted extends FilterInputStream {
        private long position;
        private long left;

        Counted(InputStream in, long position, long left) {
            super(in);
            this.position = position;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = left == 0 ? -1 : super.read(buffer, offset, (int) Math.min(length, left));
            if (count > 0) {
                position += count;
                left -= count;
                blob.sent(position);
            }
            return count;
        }
    }
}
