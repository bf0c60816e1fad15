package dev.lighter.image;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The row of a name by digest: repository and digest in full. */
@Entity
@Table(name = "image_digest")
class ImageDigestEntity {
    @Id
    private String name = "";

    @Column(name = "image_id")
    private String imageId = "";

    /** For the persistence provider. */
    protected ImageDigestEntity() {}

    ImageDigestEntity(String name, String imageId) {
        this.name = name;
        this.imageId = imageId;
    }

    String name() {
        return name;
    }

    String imageId() {
        return imageId;
    }
}
