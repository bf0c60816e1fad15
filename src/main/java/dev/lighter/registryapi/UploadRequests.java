package dev.lighter.registryapi;

import dev.lighter.registry.Blobs;
import dev.lighter.registry.RegistryError;
import dev.lighter.registry.RegistryException;
import dev.lighter.registry.Repository;
import dev.lighter.registry.Upload;
import dev.lighter.registry.Uploads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Uploads of blobs: in one request, in two, in chunks, or by naming a repository that has it. */
@Component
class UploadRequests {
    private static final Pattern CHUNK = Pattern.compile("(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?");

    private final Uploads uploads;
    private final Blobs blobs;

    UploadRequests(Uploads uploads, Blobs blobs) {
        this.uploads = uploads;
        this.blobs = blobs;
    }

    /** Where a chunk begins, and how long it is. */
    private record Chunk(long position, long length) {
        static Chunk of(@Nullable String header) {
            if (header == null) {
                return new Chunk(Upload.ANYWHERE, Upload.ANYWHERE);
            }
            Matcher match = CHUNK.matcher(header);
            if (!match.matches() || Long.parseLong(match.group(2)) < Long.parseLong(match.group(1))) {
                throw new RegistryException(
                        RegistryError.RANGE_INVALID, "invalid Content-Range " + header + ": send first-last");
            }
            long start = Long.parseLong(match.group(1));
            return new Chunk(start, Long.parseLong(match.group(2)) - start + 1);
        }
    }

    /** POST: begins an upload, unless the blob is here already or in the request. */
    void begin(Repository repository, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = Query.of(request.getQueryString());
        if (query.has("mount") && mounted(repository, query)) {
            created(repository, query.first("mount"), response);
            return;
        }
        boolean whole = query.has("digest") && !query.has("mount");
        String digest = whole ? Repository.checkedDigest(query.first("digest")) : "";
        Upload upload = uploads.begin(repository);
        if (!whole) {
            tell(upload, response);
            response.setStatus(HttpServletResponse.SC_ACCEPTED);
            return;
        }
        boolean added = false;
        try {
            uploads.finish(upload, request.getInputStream(), 0, Upload.ANYWHERE, digest);
            added = true;
        } finally {
            if (!added) {
                uploads.cancel(upload);
            }
        }
        created(repository, digest, response);
    }

    private boolean mounted(Repository repository, Query query) {
        String digest = Repository.checkedDigest(query.first("mount"));
        if (!query.has("from")) {
            return RegistryAccess.isUnlimited() && blobs.mount(repository, digest, Optional.empty());
        }
        return RegistryAccess.mayPull(query.first("from"))
                && blobs.mount(repository, digest, Optional.of(Repository.of(query.first("from"))));
    }

    /** What is done with an upload that was begun. */
    void answer(Repository repository, String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Upload upload = uploads.find(repository, id);
        switch (request.getMethod()) {
            case "GET" -> {
                tell(upload, response);
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            case "DELETE" -> {
                uploads.cancel(upload);
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            case "PATCH" -> {
                Chunk chunk = chunk(upload, request, response);
                try {
                    upload.append(request.getInputStream(), chunk.position(), chunk.length());
                } finally {
                    tell(upload, response);
                }
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
            }
            default -> {
                String digest = Repository.checkedDigest(
                        Query.of(request.getQueryString()).first("digest"));
                Chunk chunk = chunk(upload, request, response);
                if (chunk.position() != Upload.ANYWHERE && chunk.position() != upload.received()) {
                    tell(upload, response);
                }
                uploads.finish(upload, request.getInputStream(), chunk.position(), chunk.length(), digest);
                created(repository, digest, response);
            }
        }
    }

    private static Chunk chunk(Upload upload, HttpServletRequest request, HttpServletResponse response) {
        Chunk chunk = Chunk.of(request.getHeader(HttpHeaders.CONTENT_RANGE));
        long length = request.getContentLengthLong();
        if (length > 0 && chunk.length() != Upload.ANYWHERE && length != chunk.length()) {
            tell(upload, response);
            throw new RegistryException(
                    RegistryError.BLOB_UPLOAD_INVALID,
                    "the chunk has " + length + " bytes, its Content-Range says " + chunk.length());
        }
        return chunk;
    }

    /** How far an upload has come; both ends of the range are part of it, so that nothing is the same as one byte. */
    private static void tell(Upload upload, HttpServletResponse response) {
        response.setHeader(
                HttpHeaders.LOCATION, RegistryAnswers.location(upload.repository(), "blobs/uploads", upload.id()));
        response.setHeader(HttpHeaders.RANGE, "0-" + Math.max(0, upload.received() - 1));
        response.setHeader("Docker-Upload-UUID", upload.id());
    }

    private static void created(Repository repository, String digest, HttpServletResponse response) {
        response.setHeader(HttpHeaders.LOCATION, RegistryAnswers.location(repository, "blobs", digest));
        response.setHeader(RegistryAnswers.DIGEST, digest);
        response.setStatus(HttpServletResponse.SC_CREATED);
    }
}
