package dev.lighter.event;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** An event's row: never changed, and removed when enough others have come after it. */
@Entity
@Table(name = "event")
class EventEntity {
    @Id
    private long number;

    @Column(name = "time_nanos")
    private long timeNanos;

    private String type = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String action = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    @Column(name = "actor_id")
    private String actorId = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String attributes = "";

    /** For the persistence provider. */
    protected EventEntity() {}

    /**
     * @param timeNanos since 1970
     * @param attributes as JSON
     */
    EventEntity(long number, long timeNanos, String type, String action, String actorId, String attributes) {
        this.number = number;
        this.timeNanos = timeNanos;
        this.type = type;
        this.action = action;
        this.actorId = actorId;
        this.attributes = attributes;
    }

    long timeNanos() {
        return timeNanos;
    }

    String type() {
        return type;
    }

    String action() {
        return action;
    }

    String actorId() {
        return actorId;
    }

    String attributes() {
        return attributes;
    }
}
