package dev.lighter.image;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

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

    /** For the persistence provider. */
    protected LayerEntity() {}

    LayerEntity(StoredLayer layer) {
        this.id = layer.id();
        this.diffId = layer.diffId();
        this.variant = layer.variant();
        this.implied = ImageConfigFile.JSON.writeValueAsString(layer.implied());
        this.sizeBytes = layer.sizeBytes();
    }

    StoredLayer stored() {
        List<String> paths = List.of(ImageConfigFile.JSON.readValue(implied, String[].class));
        return new StoredLayer(id, diffId, variant, paths, sizeBytes);
    }
}
