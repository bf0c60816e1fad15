package dev.lighter.image;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of an image's name: repository and tag in full. */
@Entity
@Table(name = "image_name")
class ImageNameEntity {
    @Id
    private String name = "";

    @Column(name = "image_id")
    private String imageId = "";

    @Column(name = "tagged_at")
    private Instant taggedAt = Instant.EPOCH;

    /** For the persistence provider. */
    protected ImageNameEntity() {}

    ImageNameEntity(String name, String imageId, Instant taggedAt) {
        this.name = name;
        this.imageId = imageId;
        this.taggedAt = taggedAt;
    }

    String name() {
        return name;
    }

    String imageId() {
        return imageId;
    }

    Instant taggedAt() {
        return taggedAt;
    }
}
