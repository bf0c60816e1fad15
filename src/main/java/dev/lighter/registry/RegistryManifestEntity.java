package dev.lighter.registry;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The row of a manifest that was pushed. */
@Entity
@Table(name = "registry_manifest")
class RegistryManifestEntity {
    @EmbeddedId
    private InRepository key = new InRepository("", "");

    @Column(name = "media_type")
    private String mediaType = "";

    @Column(name = "size_bytes")
    private long sizeBytes;

    @Column(name = "artifact_type")
    private String artifactType = "";

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
        subject = manifest.subject();
        imageId = manifest.imageId();
        this.pushedAt = pushedAt;
    }

    StoredManifest stored() {
        return new StoredManifest(
                new Repository(key.repository()), key.digest(), mediaType, sizeBytes, artifactType, subject, imageId);
    }
}
