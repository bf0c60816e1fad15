package dev.lighter.registryapi;

import dev.lighter.registry.Discovery;
import dev.lighter.registry.ManifestTypes;
import dev.lighter.registry.RegistryError;
import dev.lighter.registry.RegistryException;
import dev.lighter.registry.Repository;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.json.JsonMapper;

/** Lists: of repositories, of tags, of manifests that are about another one. */
@Component
class DiscoveryRequests {
    /** How large the manifests of a page of referrers are at most, and with them the list: what clients take. */
    private static final long MOST_BYTES = 4 << 20;

    private static final int MOST_REFERRERS = 500;

    private final Discovery discovery;
    private final JsonMapper json;

    DiscoveryRequests(Discovery discovery, JsonMapper json) {
        this.discovery = discovery;
        this.json = json;
    }

    void catalog(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<String> page =
                page(discovery.repositories(), Function.identity(), Discovery.ORDER, List::size, request, response);
        RegistryAnswers.json(response, "application/json", json.writeValueAsString(Map.of("repositories", page)));
    }

    void tags(Repository repository, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("name", repository.name());
        answer.put(
                "tags",
                page(discovery.tags(repository), Function.identity(), Discovery.ORDER, List::size, request, response));
        RegistryAnswers.json(response, "application/json", json.writeValueAsString(answer));
    }

    void referrers(Repository repository, String subject, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<Discovery.Referrer> found = discovery.referrers(repository, Repository.checkedDigest(subject));
        String type = Query.of(request.getQueryString()).first("artifactType");
        if (!type.isEmpty()) {
            found = found.stream()
                    .filter(one -> one.artifactType().equals(type))
                    .toList();
            response.setHeader("OCI-Filters-Applied", "artifactType");
        }
        List<Map<String, Object>> descriptors = page(
                        found,
                        Discovery.Referrer::digest,
                        Comparator.naturalOrder(),
                        DiscoveryRequests::fitting,
                        request,
                        response)
                .stream()
                .map(this::descriptor)
                .toList();
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", ManifestTypes.OCI_INDEX);
        index.put("manifests", descriptors);
        RegistryAnswers.json(response, ManifestTypes.OCI_INDEX, json.writeValueAsString(index));
    }

    /** How many of these one answer has room for; one at least. */
    private static int fitting(List<Discovery.Referrer> referrers) {
        long bytes = 0;
        int count = 0;
        for (Discovery.Referrer referrer : referrers) {
            bytes += referrer.sizeBytes();
            if (bytes > MOST_BYTES || count == MOST_REFERRERS) {
                break;
            }
            count++;
        }
        return Math.max(1, count);
    }

    private Map<String, Object> descriptor(Discovery.Referrer referrer) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", referrer.mediaType());
        descriptor.put("digest", referrer.digest());
        descriptor.put("size", referrer.sizeBytes());
        if (!referrer.artifactType().isEmpty()) {
            descriptor.put("artifactType", referrer.artifactType());
        }
        Map<String, String> annotations = discovery.annotations(referrer);
        if (!annotations.isEmpty()) {
            descriptor.put("annotations", annotations);
        }
        return descriptor;
    }

    /**
     * The entries behind {@code last}, {@code n} of them at most; where there are more, a link to the next page is set.
     *
     * @param all in order
     * @param fitting how many of some entries one answer has room for
     */
    private static <T> List<T> page(
            List<T> all,
            Function<T, String> key,
            Comparator<String> order,
            ToIntFunction<List<T>> fitting,
            HttpServletRequest request,
            HttpServletResponse response) {
        Query query = Query.of(request.getQueryString());
        String last = query.first("last");
        int wanted = query.has("n") ? number(query.first("n")) : Integer.MAX_VALUE;
        List<T> rest = last.isEmpty()
                ? all
                : all.stream()
                        .filter(entry -> order.compare(key.apply(entry), last) > 0)
                        .toList();
        int count = Math.min(wanted, fitting.applyAsInt(rest));
        if (rest.size() <= count) {
            return rest;
        }
        List<T> page = rest.subList(0, count);
        if (count > 0) {
            String type = query.first("artifactType");
            response.setHeader(
                    HttpHeaders.LINK,
                    "<" + request.getRequestURI() + "?n=" + count + "&last="
                            + encoded(key.apply(page.get(count - 1)))
                            + (type.isEmpty() ? "" : "&artifactType=" + encoded(type)) + ">; rel=\"next\"");
        }
        return page;
    }

    private static String encoded(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new RegistryException(
                    RegistryError.PAGINATION_NUMBER_INVALID, "invalid page size " + text + ": n is a number from 0 on");
        }
        return Integer.parseInt(text);
    }
}
