package dev.lighter.registry;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a blob that a repository has. */
@Entity
@Table(name = "registry_blob")
class RegistryBlobEntity {
    @EmbeddedId
    private InRepository key = new InRepository("", "");

    @Column(name = "size_bytes")
    private long sizeBytes;

    @Column(name = "touched_at")
    private Instant touchedAt = Instant.EPOCH;

    /** For the persistence provider. */
    protected RegistryBlobEntity() {}

    RegistryBlobEntity(InRepository key, long sizeBytes, Instant touchedAt) {
        this.key = key;
        this.sizeBytes = sizeBytes;
        this.touchedAt = touchedAt;
    }

    RepositoryBlob stored() {
        return new RepositoryBlob(new Repository(key.repository()), key.digest(), sizeBytes);
    }
}
