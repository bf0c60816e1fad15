package dev.lighter.container;

import dev.lighter.container.ContainerState.Status;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A container's row: its specification as JSON and its last known state. */
@Entity
@Table(name = "container")
class ContainerEntity {
    @Id
    private String id = "";

    private String name = "";

    @Column(name = "image_id")
    private String imageId = "";

    @Column(name = "root_image_id")
    private @Nullable String rootImageId;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String spec = "";

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private Status status = Status.CREATED;

    private int pid;

    @Column(name = "exit_code")
    private int exitCode;

    @Column(name = "oom_killed")
    private boolean oomKilled;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private String error = "";

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "finished_at")
    private @Nullable Instant finishedAt;

    private int restarts;

    private boolean stopped;

    @Column(name = "pending_spec")
    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private @Nullable String pendingSpec;

    @JdbcTypeCode(SqlTypes.LONGVARCHAR)
    private @Nullable String health;

    /** For the persistence provider. */
    protected ContainerEntity() {}

    ContainerEntity(String id, String name, String imageId, String rootImageId, String spec) {
        this.id = id;
        this.name = name;
        this.imageId = imageId;
        this.rootImageId = rootImageId.equals(imageId) ? null : rootImageId;
        this.spec = spec;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    String imageId() {
        return imageId;
    }

    /** The image whose layers it stands on. */
    String rootImageId() {
        return rootImageId == null ? imageId : rootImageId;
    }

    String spec() {
        return spec;
    }

    @Nullable
    String pendingSpec() {
        return pendingSpec;
    }

    /**
     * Its last known state.
     *
     * @param found what its column of health says
     */
    ContainerState state(@Nullable ContainerHealth found) {
        return new ContainerState(
                status, pid, exitCode, oomKilled, error, startedAt, finishedAt, restarts, stopped, found);
    }

    /** What its probes found, as JSON. */
    @Nullable
    String health() {
        return health;
    }
}
