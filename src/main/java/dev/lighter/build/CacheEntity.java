package dev.lighter.build;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** The row of something that later builds may use again: a step's image, or a directory that steps share. */
@Entity
@Table(name = "build_cache")
class CacheEntity {
    @Id
    private String id = "";

    private String kind = "";

    @Column(name = "image_id")
    private @Nullable String imageId;

    @Column(name = "parent_id")
    private @Nullable String parentId;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String description = "";

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @Column(name = "last_used_at")
    private Instant lastUsedAt = Instant.EPOCH;

    private int usages;

    /** For the persistence provider. */
    protected CacheEntity() {}

    CacheEntity(CacheRecord record) {
        id = record.id();
        kind = record.kind();
        imageId = record.imageId();
        parentId = record.parentId();
        description = record.description();
        createdAt = record.created();
        lastUsedAt = record.lastUsed();
        usages = record.usages();
    }

    CacheRecord record() {
        return new CacheRecord(id, kind, imageId, parentId, description, createdAt, lastUsedAt, usages);
    }
}
