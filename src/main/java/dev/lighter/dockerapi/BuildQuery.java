package dev.lighter.dockerapi;

import dev.lighter.build.BuildRequest;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerSpec.Ulimit;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageReference;
import dev.lighter.image.registry.Credentials;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The parameters of {@code POST /build}: read, and refused where nobody here would do what they ask. Belongs to one request. */
final class BuildQuery {
    private static final Set<String> KNOWN = Set.of(
            "buildargs",
            "buildid",
            "cachefrom",
            "cgroupparent",
            "cpuperiod",
            "cpuquota",
            "cpusetcpus",
            "cpusetmems",
            "cpushares",
            "dockerfile",
            "extrahosts",
            "forcerm",
            "isolation",
            "labels",
            "memory",
            "memswap",
            "networkmode",
            "nocache",
            "outputs",
            "platform",
            "pull",
            "q",
            "remote",
            "rm",
            "securityopt",
            "session",
            "shmsize",
            "squash",
            "t",
            "target",
            "ulimits",
            "version");

    private final HttpServletRequest request;
    private final JsonMapper json;

    BuildQuery(HttpServletRequest request, JsonMapper json) {
        this.request = request;
        this.json = json;
    }

    boolean isQuiet() {
        return ImageQuery.isTrue(text("q"));
    }

    String remote() {
        return text("remote");
    }

    BuildRequest read() {
        refuse();
        List<ImageReference> names = new ArrayList<>();
        for (String name : ImageQuery.all(request, "t")) {
            if (!name.isEmpty()) {
                names.add(ImageReference.parse(name));
            }
        }
        Map<String, String> labels = new LinkedHashMap<>();
        strings("labels").forEach((name, value) -> labels.put(name, value == null ? "" : value));
        return new BuildRequest(
                text("buildid"),
                remote(),
                text("dockerfile"),
                null,
                text("target"),
                names,
                strings("buildargs"),
                labels,
                Map.of(),
                credentials(),
                new BuildRequest.Options(
                        ImageQuery.isTrue(text("nocache")),
                        ImageQuery.isTrue(text("pull")),
                        hasRemovalOff(),
                        list("cachefrom"),
                        text("platform")),
                steps());
    }

    /** Those of the header X-Registry-Config, JSON in base64, by the registries' hosts. */
    private Map<String, Credentials> credentials() {
        String header = request.getHeader("X-Registry-Config");
        Map<String, Credentials> all = new LinkedHashMap<>();
        if (header == null || header.isBlank()) {
            return all;
        }
        try {
            String text = header.strip().replace('+', '-').replace('/', '_').replaceFirst("=+$", "");
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            json.readTree(new String(bytes, StandardCharsets.UTF_8))
                    .propertyStream()
                    .forEach(entry -> all.put(Credentials.hostOf(entry.getKey()), RegistryAuth.of(entry.getValue())));
        } catch (IllegalArgumentException | JacksonException e) {
            throw EngineException.invalid("invalid X-Registry-Config header: it is not JSON in base64url");
        }
        return all;
    }

    private void refuse() {
        for (String name : UriComponentsBuilder.newInstance()
                .query(request.getQueryString())
                .build()
                .getQueryParams()
                .keySet()) {
            if (!KNOWN.contains(name)) {
                throw EngineException.invalid(name + ": there is no such parameter of a build");
            }
        }
        if (text("version").equals("2") || !text("session").isEmpty()) {
            throw EngineException.invalid(BuildController.NO_BUILDKIT);
        }
        if (ImageQuery.isTrue(text("squash"))) {
            throw EngineException.invalid(
                    "squash: layers are not squashed by this engine: copy what is wanted into a last"
                            + " stage with COPY --from, or leave --squash out");
        }
        if (!Set.of("", "default").contains(text("isolation"))) {
            throw EngineException.invalid("isolation: \"" + text("isolation") + "\" is not available: use default");
        }
        if (!Set.of("", "[]", "null").contains(text("outputs"))) {
            throw EngineException.invalid(
                    "outputs: images stay in this engine: leave --output out, and use docker save");
        }
    }

    private boolean hasRemovalOff() {
        String remove = text("rm");
        return !remove.isEmpty() && !ImageQuery.isTrue(remove) && !ImageQuery.isTrue(text("forcerm"));
    }

    private BuildRequest.Steps steps() {
        ContainerSpec.Resources limits = new ContainerSpec.Resources(
                number("memory"),
                number("memswap"),
                0,
                0,
                number("cpuquota"),
                number("cpuperiod"),
                number("cpushares"),
                text("cpusetcpus"),
                text("cpusetmems"),
                null,
                ulimits(),
                ContainerSpec.MemoryPressure.USUAL,
                ContainerSpec.Realtime.NONE,
                ContainerSpec.BlockIo.NONE,
                text("cgroupparent"));
        String network = text("networkmode");
        return new BuildRequest.Steps(
                network.isEmpty() ? "default" : network,
                ImageQuery.all(request, "extrahosts").stream()
                        .filter(host -> !host.isEmpty())
                        .toList(),
                number("shmsize"),
                limits,
                ImageQuery.all(request, "securityopt").stream()
                        .filter(option -> !option.isEmpty())
                        .toList());
    }

    private String text(String name) {
        return ImageQuery.of(request, name);
    }

    private long number(String name) {
        String text = text(name);
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw EngineException.invalid(name + ": \"" + text + "\" is no whole number");
        }
    }

    private @Nullable JsonNode node(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return null;
        }
        try {
            JsonNode node = json.readTree(text);
            return node.isNull() ? null : node;
        } catch (JacksonException e) {
            throw EngineException.invalid("error reading " + name + ": not JSON: " + text);
        }
    }

    private Map<String, @Nullable String> strings(String name) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        JsonNode node = node(name);
        if (node == null) {
            return values;
        }
        if (!node.isObject()) {
            throw EngineException.invalid("error reading " + name + ": not an object of names and values");
        }
        node.propertyStream().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (!value.isString() && !value.isNull()) {
                throw EngineException.invalid(
                        "error reading " + name + ": the value of " + entry.getKey() + " is no text");
            }
            values.put(entry.getKey(), value.isNull() ? null : value.asString());
        });
        return values;
    }

    private List<String> list(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            throw EngineException.invalid("error reading " + name + ": not a list");
        }
        return node.valueStream().map(JsonNode::asString).toList();
    }

    private List<Ulimit> ulimits() {
        JsonNode node = node("ulimits");
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            throw EngineException.invalid("error reading ulimits: not a list");
        }
        return node.valueStream()
                .map(one -> new Ulimit(
                        one.path("Name").asString(""),
                        one.path("Soft").asLong(0),
                        one.path("Hard").asLong(0)))
                .toList();
    }
}
