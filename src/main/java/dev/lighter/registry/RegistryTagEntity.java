package dev.lighter.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The row of a tag that was pushed. */
@Entity
@Table(name = "registry_tag")
class RegistryTagEntity {
    /** A tag of a repository. */
    @Embeddable
    record Key(String repository, String tag) implements Serializable {}

    @EmbeddedId
    private Key key = new Key("", "");

    private String digest = "";

    @Column(name = "image_id")
    private @Nullable String imageId;

    @Column(name = "tagged_at")
    private Instant taggedAt = Instant.EPOCH;

    /** For the persistence provider. */
    protected RegistryTagEntity() {}

    RegistryTagEntity(StoredTag tag, Instant taggedAt) {
        key = new Key(tag.repository().name(), tag.tag());
        digest = tag.digest();
        imageId = tag.imageId();
        this.taggedAt = taggedAt;
    }

    StoredTag stored() {
        return new StoredTag(new Repository(key.repository()), key.tag(), digest, imageId);
    }
}
