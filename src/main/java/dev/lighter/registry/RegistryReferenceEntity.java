package dev.lighter.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;

/** The row of what a manifest refers to: a blob, or another manifest. */
@Entity
@Table(name = "registry_reference")
class RegistryReferenceEntity {
    /** All that there is. */
    @Embeddable
    record Key(
            String repository,
            @Column(name = "manifest_digest") String manifest,
            String target) implements Serializable {}

    @EmbeddedId
    private Key key = new Key("", "", "");

    /** For the persistence provider. */
    protected RegistryReferenceEntity() {}

    RegistryReferenceEntity(Key key) {
        this.key = key;
    }

    Key key() {
        return key;
    }
}
