package dev.lighter.image;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An unpacked layer's row. */
@Entity
@Table(name = "layer")
class LayerEntity {
    @Id
    private String id = "";

    @Column(name = "diff_id")
    private String diffId = "";

    private String variant = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String implied = "";

    @Column(name = "size_bytes")
    private long sizeBytes;

    private boolean pending;

    @Column(name = "settled_diff_id")
    private @Nullable String settledDiffId;

    /** For the persistence provider. */
    protected LayerEntity() {}

    LayerEntity(StoredLayer layer) {
        this.id = layer.id();
        this.diffId = layer.diffId();
        this.variant = layer.variant();
        this.implied = ImageConfigFile.JSON.writeValueAsString(layer.implied());
        this.sizeBytes = layer.sizeBytes();
        this.pending = layer.pending();
        this.settledDiffId = layer.settledDiffId();
    }

    StoredLayer stored() {
        List<String> paths = List.of(ImageConfigFile.JSON.readValue(implied, String[].class));
        return new StoredLayer(id, diffId, variant, paths, sizeBytes, pending, settledDiffId);
    }
}
