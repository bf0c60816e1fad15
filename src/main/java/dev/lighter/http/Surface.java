package dev.lighter.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The parts of what is served, by path; each has its own way to recognise who asks and its own form of errors. A path that belongs to no
 * other part is Docker's, which is the strictest.
 */
public enum Surface {
    /** Static files and the liveness probe, for everybody. */
    OPEN,
    /** The pages, for browsers. */
    UI,
    /** Lighter's own resources, for browsers and scripts. */
    API,
    /** The registry, for those who push and pull. */
    REGISTRY,
    /** Docker's paths, for scripts. */
    DOCKER;

    /** The page to sign in on, the only one without a sign-in. */
    public static final String SIGN_IN = "/ui/sign-in";

    /** The liveness probe. */
    public static final String LIVENESS = "/healthz";

    /** The part that a request is for; when an error is being answered, the one that failed. */
    public static Surface of(HttpServletRequest request) {
        return of(path(request));
    }

    /** The path of a request as its client sent it, without Docker's version; of an error, the path that failed. */
    public static String path(HttpServletRequest request) {
        if (request.getDispatcherType() == DispatcherType.ERROR
                && request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String failed) {
            return failed;
        }
        return request.getRequestURI();
    }

    /** The part that a path, as it is in the request line, belongs to. */
    public static Surface of(String path) {
        if (path.equals("/") || path.equals("/ui") || path.startsWith("/ui/")) {
            return UI;
        }
        if (path.equals("/api") || path.startsWith("/api/")) {
            return API;
        }
        if (path.equals("/v2") || path.startsWith("/v2/")) {
            return REGISTRY;
        }
        boolean plain = path.indexOf('%') < 0 && path.indexOf(';') < 0 && !path.contains("..");
        return plain && (path.equals(LIVENESS) || path.startsWith("/assets/")) ? OPEN : DOCKER;
    }
}
