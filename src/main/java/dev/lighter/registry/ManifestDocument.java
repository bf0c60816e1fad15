package dev.lighter.registry;

import dev.lighter.image.BlobDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A manifest or index as somebody sends it, read with suspicion.
 *
 * @param config the configuration; only of a manifest
 * @param layers the layers of an image, the blobs of an artifact, lowest first, those of {@code foreign} among them
 * @param foreign the digests of layers that are elsewhere, and need not be here
 * @param members the manifests of an index
 * @param subject the digest of the manifest that it is about
 * @param artifactType what it is, where its media type does not tell; empty for none
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI image manifest</a>
 */
record ManifestDocument(
        String mediaType,
        @Nullable BlobDescriptor config,
        List<BlobDescriptor> layers,
        List<String> foreign,
        List<BlobDescriptor> members,
        @Nullable String subject,
        String artifactType,
        Map<String, String> annotations) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_REFERENCES = 5000;
    private static final int LONGEST_TYPE = 255;

    /**
     * Reads one; fails with MANIFEST_INVALID.
     *
     * @param contentType what the request says that it is; empty where it says nothing
     */
    static ManifestDocument parse(byte[] bytes, String contentType) {
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw invalid("it is not JSON: " + e.getOriginalMessage());
        }
        if (!json.isObject()) {
            throw invalid("it is not a JSON object");
        }
        String type = mediaType(json, contentType);
        if (json.path("schemaVersion").asInt(0) != 2 && !type.equals(ManifestTypes.OCI_ARTIFACT)) {
            throw invalid("schemaVersion is not 2");
        }
        boolean index = ManifestTypes.INDEXES.contains(type);
        // What is one thing for one reader and another for the next is refused (CVE-2021-41190).
        if (index ? json.has("layers") || json.has("config") : json.has("manifests")) {
            throw invalid("it is a manifest and an index at the same time");
        }
        List<String> foreign = new ArrayList<>();
        List<BlobDescriptor> layers = new ArrayList<>();
        BlobDescriptor config = null;
        if (ManifestTypes.IMAGES.contains(type)) {
            config = descriptor(json.path("config"), "config");
            layers.addAll(list(json, "layers", foreign));
        } else if (!index) {
            layers.addAll(list(json, "blobs", foreign));
        }
        String declared = text(json, "artifactType");
        String artifactType = declared.isEmpty() && config != null ? config.mediaType() : declared;
        if (artifactType.length() > LONGEST_TYPE) {
            throw invalid("artifactType is longer than " + LONGEST_TYPE + " characters");
        }
        return new ManifestDocument(
                type,
                config,
                layers,
                foreign,
                index ? list(json, "manifests", new ArrayList<>()) : List.of(),
                json.hasNonNull("subject")
                        ? descriptor(json.path("subject"), "subject").digest()
                        : null,
                artifactType,
                annotations(json.path("annotations")));
    }

    boolean isIndex() {
        return ManifestTypes.INDEXES.contains(mediaType);
    }

    /** Whether it can be an image that runs, by its types. */
    boolean isImage() {
        return config != null && ManifestTypes.IMAGE_CONFIGS.contains(config.mediaType()) && foreign.isEmpty();
    }

    private static String mediaType(JsonNode json, String contentType) {
        String declared = text(json, "mediaType");
        String type = contentType.isEmpty() ? declared : contentType;
        if (type.isEmpty()) {
            // The specification lets documents of its own leave it out.
            type = json.has("manifests") ? ManifestTypes.OCI_INDEX : ManifestTypes.OCI_MANIFEST;
        }
        if (!declared.isEmpty() && !declared.equals(type)) {
            throw invalid("its mediaType is " + declared + ", the request's Content-Type " + type);
        }
        if (!ManifestTypes.ALL.contains(type)) {
            throw invalid("manifests of type " + type + " are not kept here: send one of "
                    + String.join(", ", ManifestTypes.ALL));
        }
        return type;
    }

    private static List<BlobDescriptor> list(JsonNode json, String key, List<String> foreign) {
        JsonNode values = json.path(key);
        if (!values.isArray() && !values.isMissingNode() && !values.isNull()) {
            throw invalid(key + " is not a list");
        }
        if (values.size() > MOST_REFERENCES) {
            throw invalid(key + " has more than " + MOST_REFERENCES + " entries");
        }
        List<BlobDescriptor> found = new ArrayList<>();
        int position = 0;
        for (JsonNode value : values) {
            BlobDescriptor descriptor = descriptor(value, key + "[" + position++ + "]");
            found.add(descriptor);
            if (value.path("urls").isArray() && !value.path("urls").isEmpty()) {
                foreign.add(descriptor.digest());
            }
        }
        return found;
    }

    private static BlobDescriptor descriptor(JsonNode value, String where) {
        String digest = text(value, "digest");
        if (!value.isObject() || !Repository.isDigest(digest)) {
            throw invalid(where + " has no sha256 digest");
        }
        JsonNode size = value.path("size");
        if (!size.isIntegralNumber() || size.asLong() < 0) {
            throw invalid(where + " has no size");
        }
        return new BlobDescriptor(text(value, "mediaType"), digest, size.asLong());
    }

    private static Map<String, String> annotations(JsonNode value) {
        Map<String, String> annotations = new LinkedHashMap<>();
        value.properties().forEach(entry -> {
            if (!entry.getValue().isString()) {
                throw invalid("the annotation " + entry.getKey() + " is not a string");
            }
            annotations.put(entry.getKey(), entry.getValue().asString());
        });
        return annotations;
    }

    private static String text(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (!value.isMissingNode() && !value.isNull() && !value.isString()) {
            throw invalid(key + " is not a string");
        }
        return value.asString("");
    }

    private static RegistryException invalid(String reason) {
        return new RegistryException(RegistryError.MANIFEST_INVALID, "manifest invalid: " + reason);
    }
}
