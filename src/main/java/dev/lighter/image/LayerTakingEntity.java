package dev.lighter.image;

import dev.lighter.kernel.IdRange;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.file.Path;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The row of a directory that is being made a layer of. */
@Entity
@Table(name = "layer_taking")
class LayerTakingEntity {
    @Id
    @Column(name = "layer_id")
    private String layerId = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String origin = "";

    @Column(name = "first_user")
    private int firstUser;

    @Column(name = "user_count")
    private int userCount;

    /** For the persistence provider. */
    protected LayerTakingEntity() {}

    LayerTakingEntity(LayerTaking taking) {
        this.layerId = taking.layerId();
        this.origin = taking.origin().toString();
        this.firstUser = taking.ids().first();
        this.userCount = taking.ids().count();
    }

    LayerTaking taking() {
        return new LayerTaking(layerId, Path.of(origin), new IdRange(firstUser, userCount));
    }
}
