package dev.lighter.registry;

import java.util.List;
import java.util.Set;

/** The media types that matter here: OCI image specification, media types; Docker image manifest version 2, schema 2. */
public final class ManifestTypes {
    /** An image, or an artifact in the form of one. */
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /** A list of manifests. */
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** Of the image specification's release candidates; still what some tools push. */
    static final String OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";

    /** All that can be pushed. */
    static final List<String> ALL = List.of(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST, OCI_ARTIFACT);

    static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);
    static final Set<String> IMAGES = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);

    /** Configurations of images that can be run. */
    static final Set<String> IMAGE_CONFIGS =
            Set.of("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json");

    private ManifestTypes() {}
}
