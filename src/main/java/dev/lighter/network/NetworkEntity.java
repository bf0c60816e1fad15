package dev.lighter.network;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A network's row: what it is as JSON, the bridges it has besides its first, and whether it is on its way out. */
@Entity
@Table(name = "network")
class NetworkEntity {
    @Id
    private String id = "";

    private String name = "";

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String spec = "";

    @Column(name = "further_bridges")
    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String furtherBridges = "";

    private boolean removing;

    /** For the persistence provider. */
    protected NetworkEntity() {}

    NetworkEntity(String id, String name, Instant createdAt, String spec) {
        this.id = id;
        this.name = name;
        this.createdAt = createdAt;
        this.spec = spec;
        this.furtherBridges = "[]";
    }

    String spec() {
        return spec;
    }

    String furtherBridges() {
        return furtherBridges;
    }

    boolean removing() {
        return removing;
    }
}
