package dev.lighter.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryPathTest {
    @ParameterizedTest
    @CsvSource({
        "'', BASE, '', ''",
        "/, BASE, '', ''",
        "/_catalog, CATALOG, '', ''",
        "/token, TOKEN, '', ''",
        "/app/tags/list, TAGS, app, ''",
        "/a/b/c/manifests/v1, MANIFEST, a/b/c, v1",
        "/app/manifests/sha256:00, MANIFEST, app, sha256:00",
        "/app/blobs/sha256:00, BLOB, app, sha256:00",
        "/app/blobs/uploads/, UPLOADS, app, ''",
        "/app/blobs/uploads, UPLOADS, app, ''",
        "/app/blobs/uploads/id, UPLOAD, app, id",
        "/app/referrers/sha256:00, REFERRERS, app, sha256:00",
        "/blobs/uploads/manifests/x, MANIFEST, blobs/uploads, x",
        "/tags/list/tags/list, TAGS, tags/list, ''",
        "/app, UNKNOWN, '', ''",
        "/app/manifests/, UNKNOWN, '', ''",
        "/manifests/x, UNKNOWN, '', ''",
        "app/tags/list, UNKNOWN, '', ''"
    })
    void aPathIsToldFromItsEnd(String rest, RegistryPath.Kind kind, String repository, String argument) {
        assertThat(RegistryPath.parse(rest)).isEqualTo(new RegistryPath(kind, repository, argument));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /app/manifests/x, repository:app:pull",
        "PUT, /app/manifests/x, 'repository:app:pull,push'",
        "DELETE, /app/manifests/x, repository:app:delete",
        "GET, /app/blobs/uploads/id, 'repository:app:pull,push'",
        "GET, /_catalog, registry:catalog:*",
        "GET, /, ''"
    })
    void aScopeIsWhatTheRequestNeeds(String method, String rest, String scope) {
        assertThat(RegistryPath.parse(rest).scope(method)).isEqualTo(scope);
    }
}
