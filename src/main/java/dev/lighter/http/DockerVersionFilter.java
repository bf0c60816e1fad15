package dev.lighter.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Serves Docker's paths with and without {@code /v1.NN}: strips the version, keeps it as an attribute, refuses versions out of range as
 * Docker does, and sets the headers that Docker's clients look for.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class DockerVersionFilter extends OncePerRequestFilter {
    /** The newest version of the Docker Engine API that is served. */
    public static final int NEWEST_MINOR = 51;

    /** The oldest one. */
    public static final int OLDEST_MINOR = 24;

    private static final String ATTRIBUTE = "dev.lighter.http.docker-api-minor";
    private static final String SERVER = "Lighter/" + version() + " (linux)";

    /** The engine's version. */
    public static String version() {
        String version = DockerVersionFilter.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0" : version;
    }

    /**
     * What clients are told that want a least version of Docker: the first that had the newest API served here, with the engine's own as
     * build metadata (Semantic Versioning, section 10).
     */
    public static String dockerVersion() {
        return "28.3.0+lighter." + version();
    }

    /** The minor API version that the client asked for: 51 for 1.51, which is also what a path without version means. */
    public static int minorVersion(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Integer minor ? minor : NEWEST_MINOR;
    }

    /** The registry's paths begin with a version of their own. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return Surface.of(request) == Surface.REGISTRY;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("Api-Version", "1." + NEWEST_MINOR);
        response.setHeader("Docker-Experimental", "false");
        response.setHeader("Ostype", "linux");
        response.setHeader("Server", SERVER);
        String uri = request.getRequestURI();
        int end =
                uri.length() > 3 && uri.startsWith("/v") && Character.isDigit(uri.charAt(2)) ? uri.indexOf('/', 1) : -1;
        if (end < 0) {
            chain.doFilter(request, response);
            return;
        }
        String version = uri.substring(2, end);
        int minor = minor(version);
        if (minor > NEWEST_MINOR) {
            refuse(
                    response,
                    "client version " + version + " is too new. Maximum supported API version is 1." + NEWEST_MINOR);
        } else if (minor < OLDEST_MINOR) {
            refuse(
                    response,
                    "client version " + version + " is too old. Minimum supported API version is 1." + OLDEST_MINOR
                            + ", please upgrade your client to a newer version");
        } else {
            request.setAttribute(ATTRIBUTE, minor);
            chain.doFilter(new Unversioned(request, end), response);
        }
    }

    /** The minor part of {@code 1.NN}; other majors are older or newer than everything. */
    private static int minor(String version) {
        String[] parts = version.split("\\.", -1);
        try {
            int major = Integer.parseInt(parts[0]);
            return major > 1 ? Integer.MAX_VALUE : major < 1 || parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static void refuse(HttpServletResponse response, String message) throws IOException {
        response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        response.setContentType("application/json");
        response.getOutputStream().write(("{\"message\":\"" + message + "\"}\n").getBytes(StandardCharsets.UTF_8));
    }

    private static final class Unversioned extends HttpServletRequestWrapper {
        private final int prefix;

        Unversioned(HttpServletRequest request, int prefix) {
            super(request);
            this.prefix = prefix;
        }

        @Override
        public String getRequestURI() {
            return super.getRequestURI().substring(prefix);
        }

        @Override
        public String getServletPath() {
            String path = super.getServletPath();
            return path.length() >= prefix ? path.substring(prefix) : path;
        }

        @Override
        public StringBuffer getRequestURL() {
            StringBuffer url = super.getRequestURL();
            int start = url.indexOf("/", url.indexOf("//") + 2);
            return url.delete(start, start + prefix);
        }
    }
}
