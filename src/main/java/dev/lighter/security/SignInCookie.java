package dev.lighter.security;

import dev.lighter.team.SignInService;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/** The cookie of a browser that is signed in. Named after the port, because cookies do not tell ports apart and engines run side by side. */
public final class SignInCookie {
    private SignInCookie() {}

    /** The secret in a request's cookie, or null. */
    public static @Nullable String read(HttpServletRequest request) {
        return read(request, name(request));
    }

    /** Puts a secret into the browser. */
    public static void write(HttpServletRequest request, HttpServletResponse response, String secret) {
        write(request, response, name(request), secret, SignInService.LIFETIME, true);
    }

    /** Takes the secret out of the browser. */
    public static void clear(HttpServletRequest request, HttpServletResponse response) {
        write(request, response, name(request), "", Duration.ZERO, true);
    }

    static @Nullable String read(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return null;
        }
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals(name) && !cookie.getValue().isEmpty()) {
                return cookie.getValue();
            }
        }
        return null;
    }

    static void write(
            HttpServletRequest request,
            HttpServletResponse response,
            String name,
            String value,
            Duration lifetime,
            boolean httpOnly) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(name, value)
                        .path("/")
                        .httpOnly(httpOnly)
                        .secure(request.isSecure())
                        .sameSite("Lax")
                        .maxAge(lifetime)
                        .build()
                        .toString());
    }

    private static String name(HttpServletRequest request) {
        return "lighter-" + request.getLocalPort();
    }
}
