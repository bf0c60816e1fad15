package dev.lighter.security;

import dev.lighter.team.SignInService;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.DefaultCsrfToken;
import org.springframework.stereotype.Component;

/**
 * CSRF tokens without memory on the server: of a browser that is signed in, derived from its secret; before that, whatever is in the cookie
 * of the token, which a stranger's page can neither read nor set.
 */
@Component
final class CsrfTokens implements CsrfTokenRepository {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Pattern PORT = Pattern.compile(":([0-9]{1,5})$");
    private static final int LONGEST = 64;

    private final SignInService signIns;

    CsrfTokens(SignInService signIns) {
        this.signIns = signIns;
    }

    @Override
    public CsrfToken generateToken(HttpServletRequest request) {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return token(BASE64.encodeToString(bytes));
    }

    /** The pages' script reads the cookie and sends its value back in a header. */
    @Override
    public void saveToken(@Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
        if (token != null && !token.getToken().equals(SignInCookie.read(request, cookie(request)))) {
            SignInCookie.write(request, response, cookie(request), token.getToken(), SignInService.LIFETIME, false);
        }
    }

    @Override
    public @Nullable CsrfToken loadToken(HttpServletRequest request) {
        String secret = SignInCookie.read(request);
        if (secret != null && signIns.find(secret).isPresent()) {
            return token(derived(secret));
        }
        String own = SignInCookie.read(request, cookie(request));
        return own == null || own.length() > LONGEST ? null : token(own);
    }

    private static CsrfToken token(String value) {
        return new DefaultCsrfToken("X-XSRF-TOKEN", "_csrf", value);
    }

    private static String derived(String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return BASE64.encodeToString(digest.digest(("csrf " + secret).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** With the port that the browser sees, because cookies do not tell ports apart: the pages' script knows it too. */
    private static String cookie(HttpServletRequest request) {
        Matcher port = PORT.matcher(String.valueOf(request.getHeader("Host")));
        return port.find() ? "XSRF-TOKEN-" + port.group(1) : "XSRF-TOKEN";
    }
}
