package dev.lighter.volume;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A volume's row: labels and options as JSON. */
@Entity
@Table(name = "volume")
class VolumeEntity {
    @Id
    private String id = "";

    private String name = "";

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String labels = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String options = "";

    private boolean anonymous;

    private boolean populated;

    private boolean removing;

    /** For the persistence provider. */
    protected VolumeEntity() {}

    VolumeEntity(
            String id,
            String name,
            Instant createdAt,
            String labels,
            String options,
            boolean anonymous,
            boolean populated) {
        this.id = id;
        this.name = name;
        this.createdAt = createdAt;
        this.labels = labels;
        this.options = options;
        this.anonymous = anonymous;
        this.populated = populated;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    Instant createdAt() {
        return createdAt;
    }

    String labels() {
        return labels;
    }

    String options() {
        return options;
    }

    boolean anonymous() {
        return anonymous;
    }

    boolean populated() {
        return populated;
    }

    boolean removing() {
        return removing;
    }
}
