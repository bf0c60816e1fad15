package dev.lighter.security;

import dev.lighter.http.ErrorAnswer;
import dev.lighter.http.LighterProperties;
import dev.lighter.http.RequestOrigin;
import dev.lighter.http.Surface;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses, on TCP, requests for names that are not the engine's, and requests that a browser makes for somebody else's page: those that
 * change something, those that upgrade the connection, and those that read resources.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class CrossSiteFilter extends OncePerRequestFilter {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final HostNames names;

    CrossSiteFilter(LighterProperties properties) {
        this.names = new HostNames(properties.http());
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return RequestOrigin.of(request) == RequestOrigin.UNIX_SOCKET;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String host = request.getHeader("Host");
        if (host == null || !names.isOwn(host, request.getLocalAddr())) {
            ErrorAnswer.send(
                    request,
                    response,
                    HttpStatus.MISDIRECTED_REQUEST.value(),
                    "the engine does not go by the name in the Host header, " + shown(host)
                            + ": use localhost, or add the name with --lighter.http.allowed-hosts");
            return;
        }
        if (isStrangers(request, host)) {
            ErrorAnswer.send(
                    request,
                    response,
                    HttpStatus.FORBIDDEN.value(),
                    "the request comes from a page of another site, " + shown(request.getHeader("Origin"))
                            + ": only the engine's own pages may do this from a browser");
            return;
        }
        chain.doFilter(request, response);
    }

    private boolean isStrangers(HttpServletRequest request, String host) {
        String origin = request.getHeader("Origin");
        if (origin != null && names.isConfigured(origin)) {
            return false;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        boolean foreignSite = site != null && !OWN_SITE.contains(site);
        boolean acting = !READING.contains(request.getMethod()) || request.getHeader("Upgrade") != null;
        if (acting) {
            return foreignSite || origin != null && !HostNames.isSame(origin, host);
        }
        Surface surface = Surface.of(request);
        boolean resource = surface == Surface.API || surface == Surface.DOCKER || surface == Surface.REGISTRY;
        return resource && foreignSite && !"navigate".equals(request.getHeader("Sec-Fetch-Mode"));
    }

    private static String shown(@Nullable String header) {
        return header == null ? "which names none" : '"' + header + '"';
    }
}
