package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Finds the images in an archive's documents: Docker's {@code manifest.json}, which goes first where there are both, or an OCI layout's
 * {@code index.json}. Belongs to one thread.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>
 */
final class ArchiveManifests {
    private static final int DEEPEST_INDEX = 4;
    private static final int MOST_VISITS = 1000;
    private static final String NAME = "io.containerd.image.name";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";

    private final ArchiveContent content;
    private final @Nullable ImagePlatform asked;
    private int visits;

    /**
     * An image with the names that the archive gives it.
     *
     * @param index the document that the names stand for, where that names several images
     */
    record Found(ImageDraft draft, List<ImageReference> names, byte @Nullable [] index) {}

    private record Manifest(
            byte[] bytes, String configDigest, List<String> layers, ImagePlatform platform, byte @Nullable [] index) {}

    /** @param platform the platform that was asked for; null for this machine's, and any where there is no choice */
    ArchiveManifests(ArchiveContent content, @Nullable ImagePlatform platform) {
        this.content = content;
        this.asked = platform;
    }

    /** All images of the archive; at least one. */
    List<Found> images() {
        byte[] docker = content.document("manifest.json");
        byte[] index = content.document("index.json");
        List<Found> found;
        if (docker != null) {
            found = docker(json(docker, "manifest.json"), index == null ? null : json(index, "index.json"));
        } else if (index != null) {
            found = layout(json(index, "index.json"));
        } else {
            throw EngineException.invalid("the archive has neither a manifest.json (docker save) nor an index.json"
                    + " (OCI layout): it is no archive of images");
        }
        if (found.isEmpty()) {
            throw EngineException.invalid("the archive names no image");
        }
        return found;
    }

    private List<Found> docker(JsonNode manifest, @Nullable JsonNode index) {
        if (!manifest.isArray()) {
            throw EngineException.invalid("the archive's manifest.json is not a list");
        }
        List<Manifest> manifests = new ArrayList<>();
        if (index != null) {
            collect(index, 0, null, manifests);
        }
        List<ImagePlatform> others = new ArrayList<>();
        List<Found> found = new ArrayList<>();
        for (JsonNode image : manifest) {
            String configName = image.path("Config").asString("");
            byte[] config = content.document(configName);
            if (config == null) {
                throw EngineException.invalid("the archive has no configuration \"" + configName + "\"");
            }
            ImagePlatform platform = ImagePlatform.of(json(config, configName));
            if (asked != null && !asked.accepts(platform)) {
                others.add(platform);
                continue;
            }
            List<String> layers = new ArrayList<>();
            image.path("Layers").forEach(layer -> layers.add(content.digest(layer.asString(""))));
            List<ImageReference> names = new ArrayList<>();
            image.path("RepoTags").forEach(tag -> names.add(name(tag.asString(""))));
            String digest = Sha256.of(config);
            Manifest known = manifests.stream()
                    .filter(one ->
                            one.configDigest().equals(digest) && one.layers().equals(layers))
                    .findFirst()
                    .orElse(null);
            ImageDraft draft = new ImageDraft(config, known == null ? null : known.bytes(), layers);
            found.add(new Found(draft, names, known == null ? null : known.index()));
        }
        if (found.isEmpty() && asked != null && !others.isEmpty()) {
            throw noImageFor(asked, others);
        }
        return found;
    }

    private List<Found> layout(JsonNode index) {
        Map<String, List<Manifest>> byName = new LinkedHashMap<>();
        int unnamed = 0;
        for (JsonNode descriptor : index.path("manifests")) {
            List<Manifest> manifests = new ArrayList<>();
            collectOne(descriptor, 0, null, manifests);
            if (!manifests.isEmpty()) {
                String name = annotatedName(descriptor);
                byName.computeIfAbsent(name.isEmpty() ? "@" + unnamed++ : name, key -> new ArrayList<>())
                        .addAll(manifests);
            }
        }
        List<Found> found = new ArrayList<>();
        byName.forEach((name, manifests) -> {
            Manifest chosen = choose(manifests);
            List<ImageReference> names = name.startsWith("@") ? List.of() : List.of(name(name));
            found.add(new Found(draft(chosen), names, chosen.index()));
        });
        return found;
    }

    /** A name with a repository; a mere tag, which the layout also allows there, names nothing by itself. */
    private static String annotatedName(JsonNode descriptor) {
        JsonNode annotations = descriptor.path("annotations");
        String name = annotations.path(NAME).asString("");
        if (!name.isEmpty()) {
            return name;
        }
        String reference = annotations.path(REF_NAME).asString("");
        return reference.contains(":") || reference.contains("/") ? reference : "";
    }

    private static ImageReference name(String text) {
        ImageReference name = ImageReference.parse(text).orLatest();
        if (name.tag() == null) {
            throw EngineException.invalid("the archive names an image by digest: " + text);
        }
        return ImageReference.parse(name.repository() + ":" + name.tag());
    }

    private Manifest choose(List<Manifest> manifests) {
        ImagePlatform platform = asked == null ? ImagePlatform.host() : asked;
        for (Manifest manifest : manifests) {
            if (platform.accepts(manifest.platform)) {
                return manifest;
            }
        }
        if (asked == null && manifests.size() == 1) {
            return manifests.get(0);
        }
        throw noImageFor(platform, manifests.stream().map(Manifest::platform).toList());
    }

    private static EngineException noImageFor(ImagePlatform platform, List<ImagePlatform> others) {
        return EngineException.invalid("the archive has no image for " + platform + "; it has "
                + others.stream().map(ImagePlatform::toString).collect(Collectors.joining(", ")));
    }

    private ImageDraft draft(Manifest manifest) {
        for (String layer : manifest.layers()) {
            if (!content.has(layer)) {
                throw EngineException.invalid("the archive has no layer " + layer + ", which its manifest names");
            }
        }
        return new ImageDraft(content.documentOf(manifest.configDigest()), manifest.bytes, manifest.layers());
    }

    private void collect(JsonNode index, int depth, byte @Nullable [] named, List<Manifest> found) {
        index.path("manifests").forEach(descriptor -> collectOne(descriptor, depth, named, found));
    }

    /** Gathers the manifests of images below a descriptor, through nested indexes, those for other platforms that are not there left out. */
    private void collectOne(JsonNode descriptor, int depth, byte @Nullable [] named, List<Manifest> found) {
        // Indexes may name each other many times over; the small ones of real archives never come near.
        if (++visits > MOST_VISITS) {
            throw EngineException.invalid("the archive's indexes name more than " + MOST_VISITS + " manifests");
        }
        if (descriptor.path("annotations").has(REFERENCE_TYPE)) {
            return;
        }
        String digest = descriptor.path("digest").asString("");
        if (!content.has(digest)) {
            if (depth == 0) {
                throw EngineException.invalid("the archive has no manifest " + digest + ", which its index names");
            }
            return;
        }
        if (depth > DEEPEST_INDEX) {
            throw EngineException.invalid("the archive's indexes are nested too deep");
        }
        byte[] bytes = content.documentOf(digest);
        JsonNode json = json(bytes, digest);
        if (json.has("manifests")) {
            collect(json, depth + 1, named == null ? bytes : named, found);
        } else if (json.path("config").isObject() && json.path("layers").isArray()) {
            found.add(manifest(bytes, json, platform(descriptor, json), named));
        }
    }

    private static Manifest manifest(byte[] bytes, JsonNode json, ImagePlatform platform, byte @Nullable [] index) {
        if (json.path("layers").size() > ImageConfigFile.MOST_LAYERS) {
            throw EngineException.invalid("the image has more than " + ImageConfigFile.MOST_LAYERS + " layers");
        }
        List<String> layers = new ArrayList<>();
        json.path("layers").forEach(layer -> layers.add(layer.path("digest").asString("")));
        return new Manifest(bytes, json.path("config").path("digest").asString(""), layers, platform, index);
    }

    /** A descriptor need not tell the platform; the configuration does. */
    private ImagePlatform platform(JsonNode descriptor, JsonNode manifest) {
        if (descriptor.path("platform").isObject()) {
            return ImagePlatform.of(descriptor.path("platform"));
        }
        String config = manifest.path("config").path("digest").asString("");
        return content.has(config)
                ? ImagePlatform.of(json(content.documentOf(config), config))
                : new ImagePlatform("", "", "");
    }

    private static JsonNode json(byte[] bytes, String name) {
        try {
            return ImageConfigFile.JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "the archive's " + name + " is not JSON: " + e.getOriginalMessage(),
                    e);
        }
    }
}
