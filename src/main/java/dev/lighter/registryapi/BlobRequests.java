package dev.lighter.registryapi;

import dev.lighter.image.BlobDescriptor;
import dev.lighter.registry.Blobs;
import dev.lighter.registry.RegistryError;
import dev.lighter.registry.RegistryException;
import dev.lighter.registry.Repository;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Blobs: told of, sent whole or in part, deleted. */
@Component
class BlobRequests {
    /** Below this, the kernel's copying from file to socket gains nothing. */
    private static final long LEAST_SENDFILE = 64 * 1024;

    private static final int BUFFER = 128 * 1024;
    // What Tomcat's connector does when these attributes of a request are set, Apache Tomcat, Advanced IO.
    private static final String SENDFILE = "org.apache.tomcat.sendfile.";

    private final Blobs blobs;

    BlobRequests(Blobs blobs) {
        this.blobs = blobs;
    }

    void answer(Repository repository, String text, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String digest = Repository.checkedDigest(text);
        if (request.getMethod().equals("DELETE")) {
            blobs.delete(repository, digest);
            response.setStatus(HttpServletResponse.SC_ACCEPTED);
            return;
        }
        BlobDescriptor blob = blobs.find(repository, digest).orElseThrow(() -> Blobs.unknown(repository, digest));
        String tag = '"' + digest + '"';
        response.setHeader(RegistryAnswers.DIGEST, digest);
        response.setHeader(HttpHeaders.ETAG, tag);
        response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType("application/octet-stream");
        String condition = request.getHeader(HttpHeaders.IF_RANGE);
        boolean head = request.getMethod().equals("HEAD");
        ByteRange range = head || condition != null && !condition.equals(tag)
                ? null
                : ByteRange.of(request.getHeader(HttpHeaders.RANGE), blob.sizeBytes());
        ByteRange part = part(range, blob, response);
        response.setContentLengthLong(part.length());
        if (!head) {
            send(blob, part, request, response);
        }
    }

    private static ByteRange part(@Nullable ByteRange range, BlobDescriptor blob, HttpServletResponse response) {
        if (range == null) {
            return new ByteRange(0, blob.sizeBytes());
        }
        if (range.isEmpty()) {
            response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + blob.sizeBytes());
            throw new RegistryException(
                    RegistryError.RANGE_INVALID, "the blob " + blob.digest() + " has " + blob.sizeBytes() + " bytes");
        }
        response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
        response.setHeader(
                HttpHeaders.CONTENT_RANGE, "bytes " + range.start() + "-" + (range.end() - 1) + "/" + blob.sizeBytes());
        return range;
    }

    private void send(BlobDescriptor blob, ByteRange part, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Path file = blobs.file(blob);
        if (part.length() >= LEAST_SENDFILE && Boolean.TRUE.equals(request.getAttribute(SENDFILE + "support"))) {
            request.setAttribute(SENDFILE + "filename", file.toString());
            request.setAttribute(SENDFILE + "start", part.start());
            request.setAttribute(SENDFILE + "end", part.end());
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            OutputStream out = response.getOutputStream();
            byte[] buffer = new byte[(int) Math.min(BUFFER, part.length())];
            for (long position = part.start(); position < part.end(); ) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, part.end() - position));
                int count = channel.read(bytes, position);
                if (count < 0) {
                    throw new IOException("the blob " + blob.digest() + " is shorter than it should be");
                }
                out.write(buffer, 0, count);
                position += count;
            }
        } catch (NoSuchFileException gone) {
            throw new RegistryException(RegistryError.BLOB_UNKNOWN, "the blob " + blob.digest() + " was just deleted");
        }
    }
}
