package dev.lighter.image.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * One repository of a registry, for one pull or push by one user. Failures are {@link RegistryException}s. Safe for all threads.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI distribution specification</a>
 */
public final class RegistryRepository {
    /** The largest manifest that registries have to take, OCI distribution specification. */
    public static final int LARGEST_MANIFEST = 4 << 20;

    private static final int LARGEST_LIST = 4 << 20;
    private static final int MOST_PAGES = 1000;
    private static final int MOST_TAGS = 100_000;
    private static final Pattern NEXT = Pattern.compile("\\s*<([^>]{1,4096})>\\s*;.*rel=\"?next\"?.*");
    private static final List<String> MANIFESTS = List.of(
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.oci.artifact.manifest.v1+json");

    private final RegistrySession session;
    private final String path;
    private final Set<String> scopes;

    RegistryRepository(RegistrySession session, String path, String actions) {
        this.session = session;
        this.path = path;
        this.scopes = Set.of(scope(path, actions));
    }

    static String scope(String path, String actions) {
        return "repository:" + path + ":" + actions;
    }

    String path() {
        return path;
    }

    RegistrySession session() {
        return session;
    }

    Set<String> scopes() {
        return scopes;
    }

    Set<String> scopesWith(String otherPath) {
        Set<String> both = new LinkedHashSet<>(scopes);
        both.add(scope(otherPath, "pull"));
        return both;
    }

    URI at(String rest) throws IOException {
        return session.at(path + rest);
    }

    /** The manifest or index with this tag or digest. */
    public RegistryManifest manifest(String reference) throws IOException {
        Call call = Call.of("GET", at("/manifests/" + reference)).with("Accept", String.join(", ", MANIFESTS));
        try (Answer answer = session.send(call, scopes)) {
            if (!answer.isGood()) {
                throw answer.failure();
            }
            return new RegistryManifest(
                    answer.document(LARGEST_MANIFEST),
                    withoutParameters(answer.header("Content-Type")),
                    answer.header("Docker-Content-Digest"));
        }
    }

    private static String withoutParameters(String type) {
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** All tags, over all pages. */
    public List<String> tags() throws IOException {
        List<String> tags = new ArrayList<>();
        URI page = at("/tags/list");
        for (int i = 0; i < MOST_PAGES && page != null; i++) {
            try (Answer answer = session.send(Call.of("GET", page), scopes)) {
                if (!answer.isGood()) {
                    throw answer.failure();
                }
                JsonNode json = answer.json(LARGEST_LIST);
                json.path("tags").forEach(tag -> tags.add(tag.asString("")));
                if (tags.size() > MOST_TAGS) {
                    throw RegistryException.broken(answer.what() + ": more than " + MOST_TAGS + " tags");
                }
                Matcher next = NEXT.matcher(answer.header("Link"));
                page = next.matches() ? session.resolve(answer.uri(), next.group(1)) : null;
            }
        }
        return tags;
    }

    /** Whether the registry has a blob here. */
    public boolean has(String digest) throws IOException {
        try (Answer answer = session.send(Call.of("HEAD", at("/blobs/" + digest)), scopes)) {
            if (answer.isGood()) {
                return true;
            }
            RegistryException failure = answer.failure();
            if (failure.reason() == RegistryException.Reason.NOT_FOUND) {
                return false;
            }
            throw failure;
        }
    }

    /** Opens a blob from an offset on. The answer may begin earlier: its status tells. */
    Answer openBlob(String digest, long offset) throws IOException {
        Call call = Call.of("GET", at("/blobs/" + digest));
        Answer answer = session.sendOnce(offset == 0 ? call : call.with("Range", "bytes=" + offset + "-"), scopes);
        if (answer.isGood()) {
            return answer;
        }
        try (answer) {
            throw answer.failure();
        }
    }

    /**
     * Sends a blob unless it can be taken from another repository of the same registry.
     *
     * @param from another repository that may have it, or empty
     * @return whether it was taken from there
     */
    public boolean push(OutgoingBlob blob, String from) throws IOException {
        return new BlobUpload(this, blob).run(from);
    }

    /** Puts a manifest under a tag or digest; gives the digest that the registry says it has, or an empty text. */
    public String putManifest(String reference, String mediaType, byte[] bytes) throws IOException {
        URI uri = at("/manifests/"
                + URLEncoder.encode(reference, StandardCharsets.UTF_8).replace("%3A", ":"));
        try (Answer answer = session.send(Call.of("PUT", uri).with(mediaType, bytes), scopes)) {
            if (!answer.isGood()) {
                throw answer.failure();
            }
            return answer.header("Docker-Content-Digest");
        }
    }
}
