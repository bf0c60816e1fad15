package dev.lighter.build;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a build that has begun and not ended. */
@Entity
@Table(name = "build")
class BuildEntity {
    @Id
    private String id = "";

    @Column(name = "started_at")
    private Instant startedAt = Instant.EPOCH;

    /** For the persistence provider. */
    protected BuildEntity() {}

    BuildEntity(String id, Instant startedAt) {
        this.id = id;
        this.startedAt = startedAt;
    }

    String id() {
        return id;
    }

    Instant startedAt() {
        return startedAt;
    }
}
