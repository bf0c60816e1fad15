package dev.lighter.registryapi;

import dev.lighter.registry.Repository;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What many answers of a registry have in common. */
final class RegistryAnswers {
    static final String DIGEST = "Docker-Content-Digest";

    private RegistryAnswers() {}

    /** By this header Docker's clients know a registry. */
    static void begin(HttpServletResponse response) {
        response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    }

    static void json(HttpServletResponse response, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setContentType(type);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** Where something of a repository is; without a host, which a proxy may have changed. */
    static String location(Repository repository, String kind, String argument) {
        return "/v2/" + repository.name() + "/" + kind + "/" + argument;
    }
}
