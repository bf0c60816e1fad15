package dev.lighter.registryapi;

import dev.lighter.registry.ManifestIntake;
import dev.lighter.registry.Manifests;
import dev.lighter.registry.RegistryError;
import dev.lighter.registry.RegistryException;
import dev.lighter.registry.Repository;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Manifests: told of, sent, taken in, deleted. */
@Component
class ManifestRequests {
    private static final Set<String> ANYTHING = Set.of("*/*", "application/*", "application/json");

    private final Manifests manifests;
    private final ManifestIntake intake;

    ManifestRequests(Manifests manifests, ManifestIntake intake) {
        this.manifests = manifests;
        this.intake = intake;
    }

    void answer(Repository repository, String reference, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (reference.contains(":")) {
            // No algorithm but one is kept here, so that anything else is wrong in itself.
            Repository.checkedDigest(reference);
        }
        switch (request.getMethod()) {
            case "PUT" -> put(repository, reference, request, response);
            case "DELETE" -> {
                if (Repository.isDigest(reference)) {
                    manifests.deleteManifest(repository, reference);
                } else {
                    manifests.deleteTag(repository, reference);
                }
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
            }
            default -> get(repository, reference, request, response);
        }
    }

    private void get(Repository repository, String reference, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Manifests.Found found = accepted(
                repository,
                reference,
                manifests.find(repository, reference).orElseThrow(() -> Manifests.unknown(repository, reference)),
                accepted(request));
        String tag = '"' + found.digest() + '"';
        response.setHeader(RegistryAnswers.DIGEST, found.digest());
        response.setHeader(HttpHeaders.ETAG, tag);
        if (tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(found.mediaType());
        response.setContentLength(found.bytes().length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(found.bytes());
        }
    }

    /** The media types that a request accepts; empty for any. */
    private static List<String> accepted(HttpServletRequest request) {
        List<String> types = Collections.list(request.getHeaders(HttpHeaders.ACCEPT)).stream()
                .flatMap(header -> List.of(header.split(",")).stream())
                .map(type -> type.replaceAll(";.*", "").strip())
                .filter(type -> !type.isEmpty())
                .toList();
        return types.stream().anyMatch(ANYTHING::contains) ? List.of() : types;
    }

    /** What was found, if the client understands it; for clients that know no indexes the image in it that is for this machine. */
    private Manifests.Found accepted(
            Repository repository, String reference, Manifests.Found found, List<String> accepted) {
        if (accepted.isEmpty() || accepted.contains(found.mediaType())) {
            return found;
        }
        boolean byTag = !Repository.isDigest(reference);
        if (byTag && Manifests.isIndex(found.mediaType())) {
            Manifests.Found chosen = manifests.chosen(repository, found).orElse(null);
            if (chosen != null && accepted.contains(chosen.mediaType())) {
                return chosen;
            }
        }
        throw new RegistryException(
                RegistryError.MANIFEST_UNKNOWN,
                "manifest unknown: " + repository.name() + " has " + reference + " as " + found.mediaType()
                        + ", which the request's Accept header does not name");
    }

    private void put(Repository repository, String reference, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] bytes = request.getInputStream().readNBytes(Manifests.MOST_BYTES + 1);
        if (bytes.length > Manifests.MOST_BYTES) {
            throw new RegistryException(
                    RegistryError.SIZE_INVALID,
                    "the manifest is larger than " + Manifests.MOST_BYTES + " bytes, which no registry must take");
        }
        ManifestIntake.Pushed pushed =
                intake.put(repository, reference, type(request.getHeader(HttpHeaders.CONTENT_TYPE)), bytes);
        response.setHeader(HttpHeaders.LOCATION, RegistryAnswers.location(repository, "manifests", pushed.digest()));
        response.setHeader(RegistryAnswers.DIGEST, pushed.digest());
        if (pushed.subject() != null) {
            response.setHeader("OCI-Subject", pushed.subject());
        }
        if (pushed.warning() != null) {
            response.setHeader(HttpHeaders.WARNING, warning(pushed.warning()));
        }
        response.setStatus(HttpServletResponse.SC_CREATED);
    }

    private static String type(@Nullable String contentType) {
        return contentType == null ? "" : contentType.replaceAll(";.*", "").strip();
    }

    /** As the specification has warnings: in quotes, of printable characters. */
    private static String warning(String sentence) {
        String plain = sentence.replaceAll("[^\\x20-\\x7e]", "?").replaceAll("[\"\\\\]", "'");
        return "299 - \"" + plain + '"';
    }
}
