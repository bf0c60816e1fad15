package dev.lighter.security;

import dev.lighter.http.ErrorAnswer;
import dev.lighter.http.Surface;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.stereotype.Component;

/** Answers those who may not, in the form of the part of the server that they asked: a redirect to the sign-in for pages. */
@Component
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler, RequestRejectedHandler {
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        if (isPage(request)) {
            String path = request.getRequestURI();
            boolean somewhere = request.getMethod().equals("GET") && !path.equals("/") && !path.equals("/ui");
            response.setStatus(HttpStatus.FOUND.value());
            response.setHeader(
                    HttpHeaders.LOCATION,
                    Surface.SIGN_IN + (somewhere ? "?next=" + URLEncoder.encode(path, StandardCharsets.UTF_8) : ""));
            return;
        }
        if (Surface.of(request) == Surface.REGISTRY) {
            RegistrySignIn.refuse(request, response);
            return;
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"lighter\"");
        ErrorAnswer.send(
                request,
                response,
                HttpStatus.UNAUTHORIZED.value(),
                Identities.hasBearer(request)
                        ? "the token is unknown, expired or revoked: make a new one on the tokens page or with POST"
                                + " /api/tokens"
                        : "authentication is required: send a token as \"Authorization: Bearer lt_...\", or use the"
                                + " unix socket");
    }

    /** Pages, among them the one of the API document. */
    private static boolean isPage(HttpServletRequest request) {
        String accepted = request.getHeader(HttpHeaders.ACCEPT);
        String path = request.getRequestURI();
        return switch (Surface.of(request)) {
            case UI -> true;
            case API ->
                (path.equals("/api/docs") || path.equals("/api/swagger-ui/index.html"))
                        && accepted != null
                        && accepted.contains(MediaType.TEXT_HTML_VALUE);
            default -> false;
        };
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        if (Surface.of(request) == Surface.API
                && SecurityContextHolder.getContext().getAuthentication() == null) {
            commence(request, response, new InsufficientAuthenticationException("nobody asks", failure));
            return;
        }
        ErrorAnswer.send(
                request,
                response,
                HttpStatus.FORBIDDEN.value(),
                failure instanceof CsrfException
                        ? "the CSRF token is missing or does not belong to this sign-in: reload the page and try again,"
                                + " or use a bearer token"
                        : "the account may not do this");
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, RequestRejectedException failure)
            throws IOException {
        ErrorAnswer.send(
                request,
                response,
                HttpStatus.BAD_REQUEST.value(),
                "the request's path or headers have characters that are not accepted");
    }
}
