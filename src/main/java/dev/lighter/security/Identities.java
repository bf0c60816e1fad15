package dev.lighter.security;

import dev.lighter.http.Surface;
import dev.lighter.team.Identity;
import dev.lighter.team.SignInService;
import dev.lighter.team.TokenService;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.stereotype.Component;

/**
 * Finds out from each request anew who makes it: by bearer token on Docker's paths and {@code /api}, by the browser's cookie on the pages
 * and {@code /api}, by what registries' clients send on {@code /v2/}. A request with a token is judged by the token alone.
 */
@Component
final class Identities implements SecurityContextRepository {
    private static final String BEARER = "bearer ";

    private final TokenService tokens;
    private final SignInService signIns;
    private final RegistrySignIn registry;

    Identities(TokenService tokens, SignInService signIns, RegistrySignIn registry) {
        this.tokens = tokens;
        this.signIns = signIns;
        this.registry = registry;
    }

    /** Whether a request brings a token and not just a cookie. */
    static boolean hasBearer(HttpServletRequest request) {
        return bearer(request) != null;
    }

    static @Nullable String bearer(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : null;
    }

    private Optional<Identity> find(HttpServletRequest request) {
        Surface surface = Surface.of(request);
        String token = bearer(request);
        if (token != null && (surface == Surface.API || surface == Surface.DOCKER)) {
            return tokens.find(token);
        }
        String secret = surface == Surface.API || surface == Surface.UI ? SignInCookie.read(request) : null;
        return secret == null ? Optional.empty() : signIns.find(secret);
    }

    static PreAuthenticatedAuthenticationToken authentication(Identity identity) {
        return new PreAuthenticatedAuthenticationToken(
                identity,
                "",
                List.of(new SimpleGrantedAuthority(
                        "ROLE_" + identity.account().role().name())));
    }

    @Override
    @SuppressWarnings("deprecation") // the interface asks for it
    public SecurityContext loadContext(HttpRequestResponseHolder holder) {
        return context(holder.getRequest());
    }

    private SecurityContext context(HttpServletRequest request) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        if (Surface.of(request) == Surface.REGISTRY) {
            registry.find(request).ifPresent(context::setAuthentication);
            return context;
        }
        find(request).ifPresent(identity -> context.setAuthentication(authentication(identity)));
        return context;
    }

    @Override
    public void saveContext(SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
        // Nothing is kept between requests: each brings its token or cookie.
    }

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return context(request).getAuthentication() != null;
    }
}
