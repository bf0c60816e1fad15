package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.RegistryException;
import dev.lighter.image.registry.RegistryManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A document that a registry has under a name, read with suspicion: one image, or an index of some.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image manifest</a>
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image index</a>
 */
sealed interface RemoteContent {
    /** The document itself. */
    byte[] bytes();

    /** What names it. */
    BlobDescriptor self();

    /** One image. */
    record Image(byte[] bytes, BlobDescriptor self, BlobDescriptor config, List<BlobDescriptor> layers)
            implements RemoteContent {}

    /** Images for several platforms, and indexes of more. */
    record Index(byte[] bytes, BlobDescriptor self, List<Entry> entries) implements RemoteContent {}

    /**
     * One of an index.
     *
     * @param platform null where it is not said
     */
    record Entry(BlobDescriptor descriptor, @Nullable ImagePlatform platform) {}

    /** The largest configuration that is accepted. */
    long LARGEST_CONFIG = 4 << 20;

    /** The largest blob of a layer, so that sums of sizes stay in range. */
    long LARGEST_LAYER = 1L << 44;

    int MOST_ENTRIES = 1000;
    Set<String> INDEXES = Set.of(
            "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json");
    Set<String> MANIFESTS = Set.of(
            "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json");
    Set<String> CONFIGS = Set.of(
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.docker.container.image.v1+json",
            // What the first registries of this kind were given.
            "application/octet-stream",
            "");
    Set<String> LAYERS = Set.of(
            "application/vnd.oci.image.layer.v1.tar",
            "application/vnd.oci.image.layer.v1.tar+gzip",
            "application/vnd.oci.image.layer.v1.tar+zstd",
            "application/vnd.docker.image.rootfs.diff.tar",
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.docker.image.rootfs.diff.tar.zstd",
            "application/octet-stream",
            "");

    /**
     * Reads what a registry gave.
     *
     * @param expected the digest that it must have, or null
     * @param name for messages
     */
    static RemoteContent read(RegistryManifest manifest, @Nullable String expected, String name) {
        String digest = Sha256.of(manifest.bytes());
        String announced = manifest.announcedDigest();
        if (expected != null && !expected.equals(digest)) {
            throw EngineException.invalid(
                    "the registry's manifest for " + name + " has the digest " + digest + " instead of " + expected);
        }
        if (Sha256.isDigest(announced) && !announced.equals(digest)) {
            throw EngineException.invalid("the registry's manifest for " + name + " has the digest " + digest
                    + ", the registry says " + announced);
        }
        JsonNode root = json(manifest.bytes(), name);
        String type = mediaType(root, manifest.mediaType(), name);
        BlobDescriptor self = new BlobDescriptor(type, digest, manifest.bytes().length);
        boolean hasManifests = root.has("manifests");
        boolean hasImage = root.has("config") || root.has("layers");
        if (hasManifests && hasImage) {
            throw EngineException.invalid("the registry's manifest for " + name
                    + " is an index and an image at once: it is not to be trusted");
        }
        if (root.path("schemaVersion").asInt(2) == 1 || root.has("fsLayers")) {
            throw EngineException.invalid("the image " + name
                    + " has a manifest of schema version 1, which is not supported any more: push it anew with a current"
                    + " tool");
        }
        if (hasManifests && !MANIFESTS.contains(type)) {
            return new Index(manifest.bytes(), self, entries(root, name));
        }
        if (hasImage && !INDEXES.contains(type)) {
            return image(root, manifest.bytes(), self, name);
        }
        throw artifact(name, root.path("artifactType").asString(type));
    }

    private static JsonNode json(byte[] bytes, String name) {
        try {
            JsonNode root = ImageConfigFile.JSON.readTree(bytes);
            if (root.isObject()) {
                return root;
            }
        } catch (JacksonException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "the registry's manifest for " + name + " is not JSON: " + e.getOriginalMessage(),
                    e);
        }
        throw EngineException.invalid("the registry's manifest for " + name + " is no JSON object");
    }

    /** What the document says of itself, which must not contradict what the registry says of it. */
    private static String mediaType(JsonNode root, String announced, String name) {
        String own = root.path("mediaType").asString("");
        boolean known = INDEXES.contains(announced) || MANIFESTS.contains(announced);
        if (!own.isEmpty() && known && !own.equals(announced)) {
            throw EngineException.invalid("the registry's manifest for " + name + " says that it is " + own
                    + ", the registry says " + announced);
        }
        if (!own.isEmpty()) {
            return own;
        }
        if (known) {
            return announced;
        }
        return root.has("manifests")
                ? "application/vnd.oci.image.index.v1+json"
                : "application/vnd.oci.image.manifest.v1+json";
    }

    private static List<Entry> entries(JsonNode root, String name) {
        JsonNode manifests = root.path("manifests");
        if (!manifests.isArray() || manifests.size() > MOST_ENTRIES) {
            throw EngineException.invalid(
                    "the registry's index for " + name + " has no list of at most " + MOST_ENTRIES + " manifests");
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode entry : manifests) {
            JsonNode platform = entry.path("platform");
            entries.add(new Entry(
                    descriptor(entry, LARGEST_CONFIG, name), platform.isObject() ? ImagePlatform.of(platform) : null));
        }
        return List.copyOf(entries);
    }

    private static Image image(JsonNode root, byte[] bytes, BlobDescriptor self, String name) {
        if (!root.path("config").isObject() || !root.path("layers").isArray()) {
            throw EngineException.invalid("the registry's manifest for " + name + " has no config or no layers");
        }
        String artifactType = root.path("artifactType").asString("");
        String configType = root.path("config").path("mediaType").asString("");
        if (!CONFIGS.contains(configType) || root.path("subject").isObject() && !artifactType.isEmpty()) {
            throw artifact(name, artifactType.isEmpty() ? configType : artifactType);
        }
        if (root.path("layers").size() > ImageConfigFile.MOST_LAYERS) {
            throw EngineException.invalid(
                    "the image " + name + " has more than " + ImageConfigFile.MOST_LAYERS + " layers");
        }
        BlobDescriptor config = descriptor(root.path("config"), LARGEST_CONFIG, name);
        List<BlobDescriptor> layers = new ArrayList<>();
        for (JsonNode layer : root.path("layers")) {
            layers.add(layer(layer, name));
        }
        return new Image(bytes, self, config, List.copyOf(layers));
    }

    private static BlobDescriptor layer(JsonNode node, String name) {
        BlobDescriptor layer = descriptor(node, LARGEST_LAYER, name);
        String type = layer.mediaType();
        if (type.contains("foreign")
                || type.contains("nondistributable")
                || !node.path("urls").isEmpty()) {
            throw EngineException.invalid("the image " + name + " has a foreign layer, " + layer.digest()
                    + ", which lies outside of its registry: this is not supported; ask for an image that holds all its"
                    + " layers");
        }
        if (type.endsWith("+encrypted")) {
            throw EngineException.invalid("the image " + name + " has an encrypted layer: this is not supported");
        }
        if (!LAYERS.contains(type)) {
            throw artifact(name, type);
        }
        return layer;
    }

    private static EngineException artifact(String name, String type) {
        String kind = type.isEmpty() ? "something" : "an artifact of the type " + RegistryException.clean(type);
        return EngineException.invalid(
                name + " is no image but " + kind + ": it cannot be run; fetch it with a tool for OCI artifacts");
    }

    private static BlobDescriptor descriptor(JsonNode node, long largest, String name) {
        String digest = node.path("digest").asString("");
        if (!Sha256.isDigest(digest)) {
            throw EngineException.invalid("the registry's manifest for " + name + " names \""
                    + RegistryException.clean(digest) + "\", which is no sha256 digest");
        }
        JsonNode size = node.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
            throw EngineException.invalid(
                    "the registry's manifest for " + name + " does not say how large " + digest + " is");
        }
        if (size.longValue() > largest) {
            throw EngineException.invalid("the registry's manifest for " + name + " says that " + digest + " has "
                    + size.longValue() + " bytes; at most " + largest + " are accepted");
        }
        return new BlobDescriptor(node.path("mediaType").asString(""), digest, size.longValue());
    }
}
