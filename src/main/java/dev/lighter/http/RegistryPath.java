package dev.lighter.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path below {@code /v2/}, OCI distribution specification, endpoints. Names of repositories hold slashes, so what follows a name is told from it by the
 * path's end.
 *
 * @param repository the repository's name as it came; empty where the path names none
 * @param argument a tag, a digest or an upload; empty where there is none
 */
public record RegistryPath(Kind kind, String repository, String argument) {
    /** What is asked for. */
    public enum Kind {
        /** Whether there is a registry, and who asks. */
        BASE,
        TOKEN,
        CATALOG,
        TAGS,
        REFERRERS,
        MANIFEST,
        BLOB,
        UPLOADS,
        UPLOAD,
        /** Nothing that a registry has. */
        UNKNOWN
    }

    /** Where tokens are given out. */
    public static final String TOKEN = "/v2/token";

    private static final Pattern PATH = Pattern.compile(
            "/(.+)/(?:(tags)/list|(referrers|manifests)/([^/]+)" + "|blobs/(?:(uploads)/?|uploads/([^/]+)|([^/]+)))");

    /** Reads the rest of a path behind {@code /v2}. */
    public static RegistryPath parse(String rest) {
        switch (rest) {
            case "", "/" -> {
                return new RegistryPath(Kind.BASE, "", "");
            }
            case "/token" -> {
                return new RegistryPath(Kind.TOKEN, "", "");
            }
            case "/_catalog" -> {
                return new RegistryPath(Kind.CATALOG, "", "");
            }
            default -> {
                return named(rest);
            }
        }
    }

    private static RegistryPath named(String rest) {
        Matcher match = PATH.matcher(rest);
        if (!match.matches()) {
            return new RegistryPath(Kind.UNKNOWN, "", "");
        }
        String repository = match.group(1);
        if (match.group(2) != null) {
            return new RegistryPath(Kind.TAGS, repository, "");
        }
        if (match.group(3) != null) {
            Kind kind = match.group(3).equals("manifests") ? Kind.MANIFEST : Kind.REFERRERS;
            return new RegistryPath(kind, repository, match.group(4));
        }
        if (match.group(5) != null) {
            return new RegistryPath(Kind.UPLOADS, repository, "");
        }
        return match.group(6) != null
                ? new RegistryPath(Kind.UPLOAD, repository, match.group(6))
                : new RegistryPath(Kind.BLOB, repository, match.group(7));
    }

    /** What somebody must be allowed to do for this: {@code pull}, {@code push} or {@code delete}. */
    public static String action(String method) {
        return switch (method) {
            case "GET", "HEAD" -> "pull";
            case "DELETE" -> "delete";
            default -> "push";
        };
    }

    /** The scope of a token for this, as token servers name it; empty where the path names no repository. */
    public String scope(String method) {
        return switch (kind) {
            case CATALOG -> "registry:catalog:*";
            case BASE, TOKEN, UNKNOWN -> "";
            default -> {
                String action = kind == Kind.UPLOAD ? "push" : action(method);
                yield "repository:" + repository + ":" + (action.equals("push") ? "pull,push" : action);
            }
        };
    }
}
