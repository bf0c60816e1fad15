package dev.lighter.registryapi;

import dev.lighter.http.RegistryPath;
import dev.lighter.http.Surface;
import dev.lighter.registry.RegistryError;
import dev.lighter.registry.RegistryException;
import dev.lighter.registry.Repository;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/**
 * Everything below {@code /v2/}. What is asked for is told from the path's end, so one method takes all of it and hands it on.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints">Endpoints</a>
 */
@RestController
@Hidden
class RegistryController {
    private final RegistryAccess access;
    private final RegistryTokens tokens;
    private final BlobRequests blobs;
    private final UploadRequests uploads;
    private final ManifestRequests manifests;
    private final DiscoveryRequests discovery;

    RegistryController(
            RegistryAccess access,
            RegistryTokens tokens,
            BlobRequests blobs,
            UploadRequests uploads,
            ManifestRequests manifests,
            DiscoveryRequests discovery) {
        this.access = access;
        this.tokens = tokens;
        this.blobs = blobs;
        this.uploads = uploads;
        this.manifests = manifests;
        this.discovery = discovery;
    }

    @RequestMapping({"/v2", "/v2/{*rest}"})
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String raw = Surface.path(request);
        RegistryPath path = RegistryPath.parse(
                raw.startsWith("/v2") ? UriUtils.decode(raw.substring(3), StandardCharsets.UTF_8) : "?");
        RegistryAnswers.begin(response);
        if (path.kind() == RegistryPath.Kind.UNKNOWN) {
            throw new RegistryException(RegistryError.NAME_UNKNOWN, "a registry has nothing at " + raw);
        }
        access.check(path, request, response);
        switch (path.kind()) {
            case BASE -> {
                allow(request, response, "GET, HEAD");
                RegistryAnswers.json(response, "application/json", "{}");
            }
            case TOKEN -> {
                allow(request, response, "GET");
                tokens.give(request, response);
            }
            case CATALOG -> {
                allow(request, response, "GET");
                discovery.catalog(request, response);
            }
            default -> inRepository(path, Repository.of(path.repository()), request, response);
        }
    }

    private void inRepository(
            RegistryPath path, Repository repository, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (path.kind()) {
            case TAGS -> {
                allow(request, response, "GET");
                discovery.tags(repository, request, response);
            }
            case REFERRERS -> {
                allow(request, response, "GET");
                discovery.referrers(repository, path.argument(), request, response);
            }
            case MANIFEST -> {
                allow(request, response, "GET, HEAD, PUT, DELETE");
                manifests.answer(repository, path.argument(), request, response);
            }
            case BLOB -> {
                allow(request, response, "GET, HEAD, DELETE");
                blobs.answer(repository, path.argument(), request, response);
            }
            case UPLOADS -> {
                allow(request, response, "POST");
                uploads.begin(repository, request, response);
            }
            default -> {
                allow(request, response, "GET, PATCH, PUT, DELETE");
                uploads.answer(repository, path.argument(), request, response);
            }
        }
    }

    private static void allow(HttpServletRequest request, HttpServletResponse response, String methods) {
        for (String method : methods.split(", ")) {
            if (method.equals(request.getMethod())) {
                return;
            }
        }
        response.setHeader("Allow", methods);
        throw new RegistryException(
                RegistryError.UNSUPPORTED,
                request.getMethod() + " is not served at " + Surface.path(request) + ": use " + methods);
    }
}
