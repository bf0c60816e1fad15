package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Content discovery and management, OCI distribution specification: end-8 to end-10, end-12. */
@ExtendWith(EngineExtension.class)
class RegistryContentApiIT {
    private final RawRegistry registry;

    RegistryContentApiIT(Engine engine) {
        this.registry = new RawRegistry(engine);
    }

    private String push(String repository, String tag) {
        return registry.putDone(
                repository, tag, RawRegistry.OCI, RawRegistry.json(registry.artifact(repository, "of " + tag)));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asString()));
        return texts;
    }

    private List<String> tags(String path) {
        Answer answer = registry.get(path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return texts(answer.json().path("tags"));
    }

    @Test
    void tagsAreListedInOrder() {
        for (String tag : List.of("b", "C", "a", "v10", "v9")) {
            push("v2/order", tag);
        }
        Answer answer = registry.get("/v2/v2/order/tags/list");
        assertThat(answer.json().path("name").asString()).isEqualTo("v2/order");
        assertThat(texts(answer.json().path("tags"))).containsExactly("a", "b", "C", "v10", "v9");
        assertThat(answer.headers()).doesNotContainKey("link");
    }

    @Test
    void tagsComeInPagesThatLinkToTheNext() {
        for (String tag : List.of("a", "b", "c", "d", "e")) {
            push("v2/pages", tag);
        }
        List<String> all = new ArrayList<>();
        String next = "/v2/v2/pages/tags/list?n=2";
        int pages = 0;
        while (!next.isEmpty()) {
            Answer page = registry.get(next);
            all.addAll(texts(page.json().path("tags")));
            String link = page.headers().getOrDefault("link", "");
            next = link.isEmpty() ? "" : link.replaceAll("^<(.*)>; rel=\"next\"$", "$1");
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(all).containsExactly("a", "b", "c", "d", "e");
    }

    @ParameterizedTest
    @CsvSource({
        "n=3, 'a,b,c'",
        "last=c, 'd,e'",
        "n=1&last=b, c",
        "last=cc, 'd,e'",
        "n=0, ''",
        "last=z, ''",
        "n=99, 'a,b,c,d,e'"
    })
    void apageBeginsBehindTheLastTag(String query, String expected) {
        for (String tag : List.of("a", "b", "c", "d", "e")) {
            push("v2/pages", tag);
        }
        assertThat(String.join(",", tags("/v2/v2/pages/tags/list?" + query))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n=-1", "n=many", "n="})
    void aPageSizeThatIsNoneIsRefused(String query) {
        push("v2/pages", "a");
        Answer answer = registry.get("/v2/v2/pages/tags/list?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(RawRegistry.code(answer)).isEqualTo("PAGINATION_NUMBER_INVALID");
    }

    @Test
    void aRepositoryThatNobodyPushedToIsUnknown() {
        Answer answer = registry.get("/v2/v2/never/tags/list");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(RawRegistry.code(answer)).isEqualTo("NAME_UNKNOWN");
    }

    @Test
    void theCatalogListsRepositories() {
        push("v2/catalog/one", "a");
        push("v2/catalog/two", "a");
        assertThat(texts(registry.get("/v2/_catalog").json().path("repositories")))
                .contains("v2/catalog/one", "v2/catalog/two")
                .isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
        Answer page = registry.get("/v2/_catalog?n=1&last=v2/catalog/on");
        assertThat(texts(page.json().path("repositories"))).containsExactly("v2/catalog/one");
        assertThat(page.headers().get("link")).contains("last=v2%2Fcatalog%2Fone");
    }

    private String pushReferrer(
            String repository, String content, String type, Map<String, String> annotations, byte[] subject) {
        Map<String, Object> manifest = registry.artifact(repository, content);
        if (!type.isEmpty()) {
            manifest.put("artifactType", type);
        }
        manifest.put("annotations", annotations);
        manifest.put("subject", RawRegistry.descriptor(RawRegistry.OCI, subject));
        byte[] bytes = RawRegistry.json(manifest);
        return registry.putDone(repository, RawRegistry.digest(bytes), RawRegistry.OCI, bytes);
    }

    @Test
    void referrersAreDescribedInAnIndex() {
        byte[] subject = RawRegistry.json(registry.artifact("v2/refer", "subject"));
        String digest = registry.putDone("v2/refer", "subject", RawRegistry.OCI, subject);
        String sbom = pushReferrer("v2/refer", "sbom", "application/vnd.example.sbom+json", Map.of("a", "b"), subject);
        String plain = pushReferrer("v2/refer", "plain", "", Map.of(), subject);
        Answer answer = registry.get("/v2/v2/refer/referrers/" + digest);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", RawRegistry.INDEX);
        assertThat(answer.json().path("schemaVersion").asInt()).isEqualTo(2);
        List<String> digests = new ArrayList<>();
        for (JsonNode descriptor : answer.json().path("manifests")) {
            digests.add(descriptor.path("digest").asString());
            boolean first = descriptor.path("digest").asString().equals(sbom);
            assertThat(descriptor.path("artifactType").asString())
                    .isEqualTo(first ? "application/vnd.example.sbom+json" : "application/vnd.example.config.v1+json");
            assertThat(descriptor.path("annotations").path("a").asString("")).isEqualTo(first ? "b" : "");
            assertThat(descriptor.path("mediaType").asString()).isEqualTo(RawRegistry.OCI);
            assertThat(descriptor.path("size").asInt()).isPositive();
        }
        assertThat(digests).containsExactlyInAnyOrder(sbom, plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/vnd.example.sbom+json", "application%2Fvnd.example.sbom%2Bjson"})
    void referrersAreFilteredByType(String type) {
        byte[] subject = RawRegistry.bytes("not pushed");
        String sbom = pushReferrer("v2/filter", "sbom", "application/vnd.example.sbom+json", Map.of(), subject);
        pushReferrer("v2/filter", "other", "application/vnd.example.other", Map.of(), subject);
        Answer answer =
                registry.get("/v2/v2/filter/referrers/" + RawRegistry.digest(subject) + "?artifactType=" + type);
        assertThat(answer.headers()).containsEntry("oci-filters-applied", "artifactType");
        assertThat(answer.json().path("manifests")).hasSize(1);
        assertThat(answer.json().path("manifests").path(0).path("digest").asString())
                .isEqualTo(sbom);
    }

    @Test
    void whatNobodyRefersToHasAnEmptyIndex() {
        Answer answer = registry.get("/v2/v2/nothing/referrers/" + RawRegistry.NOWHERE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("manifests").isArray()).isTrue();
        assertThat(answer.json().path("manifests")).isEmpty();
        assertThat(RawRegistry.code(registry.get("/v2/v2/nothing/referrers/latest")))
                .isEqualTo("DIGEST_INVALID");
    }

    @Test
    void aReferrerThatIsDeletedIsListedNoMore() {
        byte[] subject = RawRegistry.bytes("subject of one");
        String digest = pushReferrer("v2/gone", "gone", "", Map.of(), subject);
        assertThat(registry.request("DELETE", "/v2/v2/gone/manifests/" + digest).status())
                .isEqualTo(202);
        assertThat(registry.get("/v2/v2/gone/referrers/" + RawRegistry.digest(subject))
                        .json()
                        .path("manifests"))
                .isEmpty();
    }

    @Test
    void aTagIsDeletedAndItsManifestStays() {
        String digest = push("v2/delete", "tag");
        assertThat(registry.request("DELETE", "/v2/v2/delete/manifests/tag").status())
                .isEqualTo(202);
        assertThat(registry.get("/v2/v2/delete/manifests/tag").status()).isEqualTo(404);
        assertThat(registry.get("/v2/v2/delete/manifests/" + digest).status()).isEqualTo(200);
        assertThat(tags("/v2/v2/delete/tags/list")).doesNotContain("tag");
        Answer again = registry.request("DELETE", "/v2/v2/delete/manifests/tag");
        assertThat(again.status()).isEqualTo(404);
        assertThat(RawRegistry.code(again)).isEqualTo("MANIFEST_UNKNOWN");
    }

    @Test
    void aManifestIsDeletedWithItsTags() {
        String digest = push("v2/delete", "one");
        byte[] bytes = registry.get("/v2/v2/delete/manifests/one").body();
        registry.putDone("v2/delete", "two", RawRegistry.OCI, bytes);
        assertThat(registry.request("DELETE", "/v2/v2/delete/manifests/" + digest)
                        .status())
                .isEqualTo(202);
        for (String reference : List.of("one", "two", digest)) {
            assertThat(registry.get("/v2/v2/delete/manifests/" + reference).status())
                    .isEqualTo(404);
        }
        assertThat(registry.request("DELETE", "/v2/v2/delete/manifests/" + digest)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aBlobIsDeletedOnceNoManifestNeedsIt() {
        byte[] layer = RawRegistry.bytes("of keep");
        String manifest = push("v2/blobs", "keep");
        String path = "/v2/v2/blobs/blobs/" + RawRegistry.digest(layer);
        Answer refused = registry.request("DELETE", path);
        assertThat(refused.status()).isEqualTo(405);
        assertThat(RawRegistry.code(refused)).isEqualTo("UNSUPPORTED");
        registry.request("DELETE", "/v2/v2/blobs/manifests/" + manifest);
        assertThat(registry.request("DELETE", path).status()).isEqualTo(202);
        assertThat(registry.get(path).status()).isEqualTo(404);
        assertThat(RawRegistry.code(registry.request("DELETE", path))).isEqualTo("BLOB_UNKNOWN");
    }

    @Test
    void aBlobStaysInTheRepositoriesThatStillHaveIt() {
        byte[] blob = RawRegistry.bytes("in two repositories");
        String digest = registry.blob("v2/twice/a", blob);
        registry.blob("v2/twice/b", blob);
        registry.request("DELETE", "/v2/v2/twice/a/blobs/" + digest);
        assertThat(registry.get("/v2/v2/twice/a/blobs/" + digest).status()).isEqualTo(404);
        assertThat(registry.get("/v2/v2/twice/b/blobs/" + digest).body()).isEqualTo(blob);
    }
}
