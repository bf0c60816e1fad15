package dev.lighter.container;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A snapshot's row: specification, endpoints and labels as JSON. */
@Entity
@Table(name = "snapshot")
class SnapshotEntity {
    @Id
    private String id = "";

    private @Nullable String name;

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @Column(name = "container_id")
    private String containerId = "";

    @Column(name = "container_name")
    private String containerName = "";

    @Column(name = "image_id")
    private @Nullable String imageId;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String spec = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String endpoints = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String labels = "";

    private boolean removed;

    /** For the persistence provider. */
    protected SnapshotEntity() {}

    SnapshotEntity(Snapshot snapshot, String spec, String endpoints, String labels) {
        this.id = snapshot.id();
        this.name = snapshot.name();
        this.createdAt = snapshot.created();
        this.containerId = snapshot.containerId();
        this.containerName = snapshot.containerName();
        this.imageId = snapshot.imageId().isEmpty() ? null : snapshot.imageId();
        this.removed = snapshot.removed();
        this.spec = spec;
        this.endpoints = endpoints;
        this.labels = labels;
    }

    String id() {
        return id;
    }

    @Nullable
    String name() {
        return name;
    }

    Instant createdAt() {
        return createdAt;
    }

    String containerId() {
        return containerId;
    }

    String containerName() {
        return containerName;
    }

    String imageId() {
        return imageId == null ? "" : imageId;
    }

    String spec() {
        return spec;
    }

    String endpoints() {
        return endpoints;
    }

    String labels() {
        return labels;
    }

    boolean removed() {
        return removed;
    }
}
