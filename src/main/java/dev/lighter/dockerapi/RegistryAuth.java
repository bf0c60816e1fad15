package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.Credentials;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads credentials as Docker's clients send them. What cannot be read is not repeated: it may hold a password. */
final class RegistryAuth {
    static final String HEADER = "X-Registry-Auth";
    private static final int LONGEST = 64 * 1024;

    private RegistryAuth() {}

    /** Those of a request's header, JSON in base64; nobody's where there is none. */
    static Credentials of(HttpServletRequest request, JsonMapper json) {
        String header = request.getHeader(HEADER);
        if (header == null || header.isBlank()) {
            return Credentials.NONE;
        }
        if (header.length() > LONGEST) {
            throw invalid();
        }
        // Both alphabets are in use, with padding and without.
        String text = header.strip().replace('+', '-').replace('/', '_').replaceFirst("=+$", "");
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return of(json.readTree(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | JacksonException e) {
            throw invalid();
        }
    }

    private static EngineException invalid() {
        return EngineException.invalid("invalid " + HEADER + " header: it is not JSON in base64url");
    }

    /** Docker's AuthConfig. */
    static Credentials of(JsonNode auth) {
        String username = auth.path("username").asString("");
        String password = auth.path("password").asString("");
        String both = auth.path("auth").asString("");
        if (username.isEmpty() && !both.isEmpty()) {
            String decoded = new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            if (colon > 0) {
                username = decoded.substring(0, colon);
                password = decoded.substring(colon + 1);
            }
        }
        return new Credentials(
                username,
                password,
                auth.path("serveraddress").asString(""),
                auth.path("identitytoken").asString(""),
                auth.path("registrytoken").asString(""));
    }
}
