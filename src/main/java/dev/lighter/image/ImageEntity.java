package dev.lighter.image;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An image's row: its configuration file as it came, and its layers in order. */
@Entity
@Table(name = "image")
class ImageEntity {
    @Id
    private String id = "";

    @Column(name = "manifest_digest")
    private @Nullable String manifestDigest;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String config = "";

    @Column(name = "added_at")
    private Instant addedAt = Instant.EPOCH;

    private boolean removed;

    @Column(name = "parent_id")
    private @Nullable String parentId;

    @Column(name = "published_id")
    private @Nullable String publishedId;

    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "image_layer", joinColumns = @JoinColumn(name = "image_id"))
    @OrderColumn(name = "position")
    private List<Layer> layers = new ArrayList<>();

    /** One layer of an image: which directory, and from which blob. */
    @Embeddable
    static class Layer {
        @Column(name = "layer_id")
        private String layerId = "";

        @Column(name = "blob_digest")
        private String blobDigest = "";

        /** For the persistence provider. */
        protected Layer() {}

        Layer(StoredImage.Layer layer) {
            this.layerId = layer.layerId();
            this.blobDigest = layer.blobDigest();
        }
    }

    /** For the persistence provider. */
    protected ImageEntity() {}

    ImageEntity(StoredImage image) {
        this.id = image.id();
        this.manifestDigest = image.manifestDigest();
        this.config = image.config();
        this.addedAt = image.addedAt();
        this.removed = image.removed();
        this.parentId = image.parentId();
        this.publishedId = image.publishedId();
        image.layers().forEach(layer -> layers.add(new Layer(layer)));
    }

    StoredImage stored() {
        return new StoredImage(
                id,
                manifestDigest,
                config,
                addedAt,
                removed,
                layers.stream()
                        .map(layer -> new StoredImage.Layer(layer.layerId, layer.blobDigest))
                        .toList(),
                parentId,
                publishedId);
    }
}
