package dev.lighter.security;

import dev.lighter.http.ErrorAnswer;
import dev.lighter.http.RegistryPath;
import dev.lighter.http.Surface;
import dev.lighter.team.Credentials;
import dev.lighter.team.Identity;
import dev.lighter.team.RegistryPasses;
import dev.lighter.team.TokenService;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * Finds out who asks the registry: by name and password, by a token in the place of the password or as a bearer, or by a token of the token flow, whose
 * limits are then the {@linkplain Authentication#getDetails details} of the authentication.
 */
@Component
public final class RegistrySignIn {
    private static final String BASIC = "basic ";
    private static final String RESULT = "dev.lighter.security.registry-result";
    private static final String PAUSE = "dev.lighter.security.registry-pause";

    private final Credentials credentials;
    private final TokenService tokens;
    private final RegistryPasses passes;

    RegistrySignIn(Credentials credentials, TokenService tokens, RegistryPasses passes) {
        this.credentials = credentials;
        this.tokens = tokens;
        this.passes = passes;
    }

    /** Who makes a request. Each request is looked at once, because every look is an attempt. */
    @SuppressWarnings("unchecked")
    Optional<Authentication> find(HttpServletRequest request) {
        if (request.getAttribute(RESULT) instanceof Optional<?> known) {
            return (Optional<Authentication>) known;
        }
        Optional<Authentication> found = look(request);
        request.setAttribute(RESULT, found);
        return found;
    }

    private Optional<Authentication> look(HttpServletRequest request) {
        String bearer = Identities.bearer(request);
        if (bearer != null) {
            return tokens.find(bearer)
                    .<Authentication>map(Identities::authentication)
                    .or(() -> pass(bearer));
        }
        String[] pair = basic(request.getHeader(HttpHeaders.AUTHORIZATION));
        if (pair == null) {
            return Optional.empty();
        }
        Credentials.Result result = credentials.check(pair[0], pair[1], request.getRemoteAddr());
        request.setAttribute(PAUSE, result.pause());
        return Optional.ofNullable(result.identity()).map(Identities::authentication);
    }

    private Optional<Authentication> pass(String bearer) {
        return passes.find(bearer).map(pass -> {
            PreAuthenticatedAuthenticationToken authentication =
                    Identities.authentication(new Identity(pass.account(), Identity.Means.TOKEN));
            authentication.setDetails(pass);
            return authentication;
        });
    }

    /** Name and password, RFC 7617; null where the header has none. */
    private static String @Nullable [] basic(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        try {
            String pair = new String(
                    Base64.getDecoder().decode(header.substring(BASIC.length()).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? null : new String[] {pair.substring(0, colon), pair.substring(colon + 1)};
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Answers a request that nobody known makes. */
    static void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
        if (request.getAttribute(PAUSE) instanceof Duration pause && !pause.isZero()) {
            long seconds = pause.toSeconds() + 1;
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
            ErrorAnswer.send(
                    request,
                    response,
                    HttpStatus.TOO_MANY_REQUESTS.value(),
                    "too many attempts with a wrong password: try again in " + seconds + " seconds");
            return;
        }
        challenge(request, response, "");
        ErrorAnswer.send(
                request,
                response,
                HttpStatus.UNAUTHORIZED.value(),
                request.getHeader(HttpHeaders.AUTHORIZATION) == null
                        ? "authentication required: sign in with docker login, as an account or with a token as the"
                                + " password"
                        : "unauthorized: incorrect username or password, or a token that has expired or was revoked");
    }

    /**
     * Says how to sign in. Basic comes first: clients that look at one only then need no second address, which a proxy may have hidden.
     *
     * @param error why a token was not enough, RFC 6750; empty where there was none
     */
    public static void challenge(HttpServletRequest request, HttpServletResponse response, String error) {
        String path = Surface.path(request);
        String scope =
                path.startsWith("/v2") ? RegistryPath.parse(path.substring(3)).scope(request.getMethod()) : "";
        String host = request.getHeader(HttpHeaders.HOST);
        if (error.isEmpty()) {
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Lighter\", charset=\"UTF-8\"");
        }
        response.addHeader(
                HttpHeaders.WWW_AUTHENTICATE,
                "Bearer realm=\"" + request.getScheme() + "://" + host + RegistryPath.TOKEN
                        + "\",service=\"lighter\""
                        + (scope.isEmpty() || scope.indexOf('"') >= 0 ? "" : ",scope=\"" + scope + "\"")
                        + (error.isEmpty() ? "" : ",error=\"" + error + "\""));
    }
}
