package dev.lighter.container;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.lighter.error.EngineException;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The containers' rows. Every method is one short transaction. */
@Repository
class ContainerStore {
    /** Only what a record was made of; what it says of itself by {@code is…} is not kept. */
    static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultVisibility(visible -> visible.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
            .build();

    private final EntityManager entities;

    ContainerStore(EntityManager entities) {
        this.entities = entities;
    }

    /** All containers as they were last recorded. */
    @Transactional(readOnly = true)
    public List<ContainerView> all() {
        return entities.createQuery("select c from ContainerEntity c", ContainerEntity.class).getResultList().stream()
                .map(row -> new ContainerView(
                        row.id(),
                        row.name(),
                        JSON.readValue(row.spec(), ContainerSpec.class),
                        row.state(health(row.health())),
                        row.rootImageId()))
                .toList();
    }

    private static @Nullable ContainerHealth health(@Nullable String json) {
        return json == null ? null : JSON.readValue(json, ContainerHealth.class);
    }

    /** Records what probes have found, of several containers by their ids. */
    @Transactional
    public void updateHealth(Map<String, ContainerHealth> found) {
        found.forEach(
                (id, health) -> entities.createQuery("update ContainerEntity c set c.health = :health where c.id = :id")
                        .setParameter("health", JSON.writeValueAsString(health))
                        .setParameter("id", id)
                        .executeUpdate());
    }

    /** Adds a container that was just created, and records in the same transaction what belongs to it elsewhere. */
    @Transactional
    public void insert(ContainerView container, Runnable more) {
        try {
            entities.persist(new ContainerEntity(
                    container.id(),
                    container.name(),
                    container.spec().imageId(),
                    container.rootImageId(),
                    JSON.writeValueAsString(container.spec())));
            entities.flush();
            more.run();
        } catch (ConstraintViolationException e) {
            throw new EngineException(
                    EngineException.Kind.CONFLICT,
                    "The container name \"/" + container.name() + "\" is already in use",
                    e);
        }
    }

    /** Records a container's state. */
    @Transactional
    public void update(String id, ContainerState state) {
        update(id, state, () -> {});
    }

    /** Records a container's state, and in the same transaction what changes with it elsewhere. */
    @Transactional
    public void update(String id, ContainerState state, Runnable more) {
        more.run();
        entities.createQuery("""
                        update ContainerEntity c set c.status = :status, c.pid = :pid, c.exitCode = :exitCode,
                        c.oomKilled = :oomKilled, c.error = :error, c.startedAt = :startedAt, c.finishedAt = :finishedAt,
                        c.restarts = :restarts, c.stopped = :stopped, c.health = :health
                        where c.id = :id""")
                .setParameter("status", state.status())
                .setParameter("pid", state.pid())
                .setParameter("exitCode", state.exitCode())
                .setParameter("oomKilled", state.oomKilled())
                .setParameter("error", state.error())
                .setParameter("startedAt", state.startedAt())
                .setParameter("finishedAt", state.finishedAt())
                .setParameter("restarts", state.restarts())
                .setParameter("stopped", state.stopped())
                .setParameter("health", state.health() == null ? null : JSON.writeValueAsString(state.health()))
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Records whose layers a container stands on from now on. */
    @Transactional
    public void standOn(String id, String imageId) {
        entities.createQuery("update ContainerEntity c set c.rootImageId = :imageId where c.id = :id")
                .setParameter("imageId", imageId)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Whose layers a container stands on. */
    @Transactional(readOnly = true)
    public String rootImageOf(String id) {
        return entities.find(ContainerEntity.class, id).rootImageId();
    }

    /** Records what a change that is about to be made will make of a container. */
    @Transactional
    public void intend(String id, ContainerSpec wanted) {
        entities.createQuery("update ContainerEntity c set c.pendingSpec = :spec where c.id = :id")
                .setParameter("spec", JSON.writeValueAsString(wanted))
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Records what a container is from now on; no change is under way any more. */
    @Transactional
    public void respecify(String id, ContainerSpec spec) {
        entities.createQuery("update ContainerEntity c set c.spec = :spec, c.pendingSpec = null where c.id = :id")
                .setParameter("spec", JSON.writeValueAsString(spec))
                .setParameter("id", id)
                .executeUpdate();
    }

    /** By container, the changes that were begun and not finished. */
    @Transactional(readOnly = true)
    public Map<String, ContainerSpec> intended() {
        return entities.createQuery(
                        "select c from ContainerEntity c where c.pendingSpec is not null", ContainerEntity.class)
                .getResultStream()
                .collect(Collectors.toMap(
                        ContainerEntity::id,
                        row -> JSON.readValue(Objects.requireNonNull(row.pendingSpec()), ContainerSpec.class)));
    }

    /** Records another name, and in the same transaction what changes with it elsewhere. */
    @Transactional
    public void rename(String id, String name, Runnable more) {
        more.run();
        entities.createQuery("update ContainerEntity c set c.name = :name where c.id = :id")
                .setParameter("name", name)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Removes a container's row, and in the same transaction what belongs to it elsewhere. */
    @Transactional
    public void delete(String id, Runnable more) {
        more.run();
        entities.createQuery("delete from ContainerEntity c where c.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }
}
