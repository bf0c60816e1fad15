package dev.lighter.network;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An endpoint's row: settings, names and lease as JSON. */
@Entity
@Table(name = "endpoint")
class EndpointEntity {
    @Id
    private String id = "";

    @Column(name = "network_id")
    private String networkId = "";

    @Column(name = "container_id")
    private String containerId = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String settings = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String names = "";

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private @Nullable String lease;

    /** For the persistence provider. */
    protected EndpointEntity() {}

    EndpointEntity(
            String id, String networkId, String containerId, String settings, String names, @Nullable String lease) {
        this.id = id;
        this.networkId = networkId;
        this.containerId = containerId;
        this.settings = settings;
        this.names = names;
        this.lease = lease;
    }

    String id() {
        return id;
    }

    String networkId() {
        return networkId;
    }

    String containerId() {
        return containerId;
    }

    String settings() {
        return settings;
    }

    String names() {
        return names;
    }

    @Nullable
    String lease() {
        return lease;
    }
}
