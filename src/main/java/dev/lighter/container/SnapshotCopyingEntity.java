package dev.lighter.container;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The row of a copy whose call has not come to its end. */
@Entity
@Table(name = "snapshot_copying")
class SnapshotCopyingEntity {
    @Id
    @Column(name = "container_id")
    private String containerId = "";

    /** For the persistence provider. */
    protected SnapshotCopyingEntity() {}

    SnapshotCopyingEntity(String containerId) {
        this.containerId = containerId;
    }

    String containerId() {
        return containerId;
    }
}
