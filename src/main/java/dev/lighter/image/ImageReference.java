package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image's name as registries understand it: a repository with its domain, and a tag, a digest, both or none. The short forms that
 * users know stand for names in Docker's own registry. Immutable.
 *
 * @see <a href="https://github.com/distribution/reference">The grammar of references</a>
 */
public final class ImageReference {
    private static final String DEFAULT_DOMAIN = "docker.io";
    private static final String OFFICIAL = "library/";
    private static final String DEFAULT_TAG = "latest";
    private static final int LONGEST_NAME = 255;
    private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
    private static final Pattern DOMAIN = Pattern.compile(
            "(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
                    + "|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    private final String domain;
    private final String path;
    private final @Nullable String tag;
    private final @Nullable String digest;

    private ImageReference(String domain, String path, @Nullable String tag, @Nullable String digest) {
        this.domain = domain;
        this.path = path;
        this.tag = tag;
        this.digest = digest;
    }

    /** Reads a name in its short or full form. Fails with INVALID in Docker's words. */
    public static ImageReference parse(String text) {
        String rest = text;
        String digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
            if (!Sha256.isDigest(digest)) {
                throw invalid("");
            }
        }
        String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = checkedTag(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        if (Sha256.isHex(rest)) {
            throw EngineException.invalid(
                    "invalid repository name (" + rest + "), cannot specify 64-byte hexadecimal strings");
        }
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash);
        boolean hasDomain = slash >= 0
                && (first.contains(".")
                        || first.contains(":")
                        || first.equals("localhost")
                        || !first.equals(first.toLowerCase(Locale.ROOT)));
        String domain = hasDomain ? first : DEFAULT_DOMAIN;
        String path = hasDomain ? rest.substring(slash + 1) : rest;
        if (domain.equals("index.docker.io")) {
            domain = DEFAULT_DOMAIN;
        }
        if (domain.equals(DEFAULT_DOMAIN) && !path.contains("/")) {
            path = OFFICIAL + path;
        }
        checkPath(domain, path);
        return new ImageReference(domain, path, tag, digest);
    }

    private static void checkPath(String domain, String path) {
        if (!path.equals(path.toLowerCase(Locale.ROOT))) {
            throw invalid(": repository name (" + path + ") must be lowercase");
        }
        if (!DOMAIN.matcher(domain).matches()) {
            throw invalid("");
        }
        for (String component : path.split("/", -1)) {
            if (component.length() > LONGEST_NAME
                    || !COMPONENT.matcher(component).matches()) {
                throw invalid("");
            }
        }
        if (path.length() > LONGEST_NAME) {
            throw EngineException.invalid("repository name must not be more than 255 characters");
        }
    }

    private static String checkedTag(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw invalid("");
        }
        return tag;
    }

    /** Whether this may be a tag. */
    static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    private static EngineException invalid(String more) {
        return EngineException.invalid("invalid reference format" + more);
    }

    /** The same repository with this tag and no digest. */
    public ImageReference withTag(String newTag) {
        return new ImageReference(domain, path, checkedTag(newTag), null);
    }

    /** The same repository with this digest and no tag. */
    public ImageReference withDigest(String newDigest) {
        if (!Sha256.isDigest(newDigest)) {
            throw invalid("");
        }
        return new ImageReference(domain, path, null, newDigest);
    }

    /** The registry, for instance {@code docker.io} or {@code localhost:5000}. */
    public String domain() {
        return domain;
    }

    /** The repository within its registry, for instance {@code library/alpine}. */
    public String path() {
        return path;
    }

    /** The same, with the tag {@code latest} where there is neither tag nor digest. */
    public ImageReference orLatest() {
        return tag == null && digest == null ? withTag(DEFAULT_TAG) : this;
    }

    /** The tag, or null. */
    public @Nullable String tag() {
        return tag;
    }

    /** The digest, or null. */
    public @Nullable String digest() {
        return digest;
    }

    /** The repository in full, for instance {@code docker.io/library/alpine}. */
    public String repository() {
        return domain + "/" + path;
    }

    /** The repository as users know it, for instance {@code alpine}. */
    public String familiarRepository() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return repository();
        }
        return path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0
                ? path.substring(OFFICIAL.length())
                : path;
    }

    /** The name as users know it, for instance {@code alpine:latest}. */
    public String familiar() {
        return familiarRepository() + suffix();
    }

    private String suffix() {
        return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    /** The name in full. */
    @Override
    public String toString() {
        return repository() + suffix();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImageReference that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return Objects.hash(domain, path, tag, digest);
    }
}
