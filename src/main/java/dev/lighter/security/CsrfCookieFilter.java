package dev.lighter.security;

import dev.lighter.http.Surface;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.filter.OncePerRequestFilter;

/** Hands the CSRF token to the pages' script with every page. */
final class CsrfCookieFilter extends OncePerRequestFilter {
    private final CsrfTokens tokens;

    CsrfCookieFilter(CsrfTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return Surface.of(request) != Surface.UI || !request.getMethod().equals("GET");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        CsrfToken token = tokens.loadToken(request);
        if (token != null) {
            tokens.saveToken(token, request, response);
        }
        chain.doFilter(request, response);
    }
}
