package dev.lighter.registry;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The row of a manifest that was pushed; annotations as JSON. */
@Entity
@Table(name = "registry_manifest")
class RegistryManifestEntity {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

    @EmbeddedId
    private InRepository key = new InRepository("", "");

    @Column(name = "media_type")
    private String mediaType = "";

    @Column(name = "size_bytes")
    private long sizeBytes;

    @Column(name = "artifact_type")
    private String artifactType = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String annotations = "{}";

    private @Nullable String subject;

    @Column(name = "image_id")
    private @Nullable String imageId;

    @Column(name = "pushed_at")
    private Instant pushedAt = Instant.EPOCH;

    /** For the persistence provider. */
    protected RegistryManifestEntity() {}

    RegistryManifestEntity(StoredManifest manifest, Instant pushedAt) {
        key = new InRepository(manifest.repository().name(), manifest.digest());
        mediaType = manifest.mediaType();
        sizeBytes = manifest.sizeBytes();
        artifactType = manifest.artifactType();
        annotations = JSON.writeValueAsString(manifest.annotations());
        subject = manifest.subject();
        imageId = manifest.imageId();
        this.pushedAt = pushedAt;
    }

    StoredManifest stored() {
        return new StoredManifest(
                new Repository(key.repository()),
                key.digest(),
                mediaType,
                sizeBytes,
                artifactType,
                JSON.readValue(annotations, STRINGS),
                subject,
                imageId);
    }
}
