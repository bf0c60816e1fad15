package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The manifest of one image, of OCI's or Docker's family.
 *
 * @param bytes the document itself, which has a digest that must not change
 * @param mediaType which family it is of
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image manifest</a>
 */
record ImageManifest(byte[] bytes, String mediaType, BlobDescriptor config, List<BlobDescriptor> layers) {
    /** Reads a manifest; fails with INVALID where it is none. */
    static ImageManifest parse(byte[] bytes) {
        JsonNode root;
        try {
            root = ImageConfigFile.JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "the manifest is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!root.path("config").isObject() || !root.path("layers").isArray()) {
            throw EngineException.invalid("the manifest has no config and layers: it is no manifest of an image");
        }
        List<BlobDescriptor> layers = new ArrayList<>();
        root.path("layers").forEach(layer -> layers.add(descriptor(layer)));
        BlobDescriptor config = descriptor(root.path("config"));
        String stated = root.path("mediaType").asString("");
        String implied =
                config.mediaType().equals(MediaTypes.DOCKER_CONFIG) ? MediaTypes.DOCKER_MANIFEST : MediaTypes.MANIFEST;
        return new ImageManifest(bytes, stated.isEmpty() ? implied : stated, config, List.copyOf(layers));
    }

    private static BlobDescriptor descriptor(JsonNode node) {
        String digest = node.path("digest").asString("");
        if (!Sha256.isDigest(digest)) {
            throw EngineException.invalid("the manifest names a blob by \"" + digest + "\", which is no sha256 digest");
        }
        return new BlobDescriptor(
                node.path("mediaType").asString(""), digest, node.path("size").asLong(0));
    }

    /** Makes a manifest; the same parts give the same bytes. */
    static ImageManifest of(BlobDescriptor config, List<BlobDescriptor> layers) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schemaVersion", 2);
        document.put("mediaType", MediaTypes.MANIFEST);
        document.put("config", json(config));
        document.put("layers", layers.stream().map(ImageManifest::json).toList());
        byte[] bytes = ImageConfigFile.JSON.writeValueAsBytes(document);
        return new ImageManifest(bytes, MediaTypes.MANIFEST, config, List.copyOf(layers));
    }

    /** A descriptor as a document has it, its keys in the specification's order. */
    static Map<String, Object> json(BlobDescriptor descriptor) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", descriptor.mediaType());
        json.put("digest", descriptor.digest());
        json.put("size", descriptor.sizeBytes());
        return json;
    }

    /** What names this manifest. */
    BlobDescriptor descriptor() {
        return new BlobDescriptor(mediaType, Sha256.of(bytes), bytes.length);
    }
}
