package dev.lighter.container;

import dev.lighter.network.EndpointSettings;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The snapshots' rows. Every method is one short transaction, or part of its caller's. */
@Repository
class SnapshotStore {
    private static final JsonMapper JSON = ContainerStore.JSON;
    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};
    private static final TypeReference<Map<String, EndpointSettings>> ENDPOINTS = new TypeReference<>() {};

    private final EntityManager entities;

    SnapshotStore(EntityManager entities) {
        this.entities = entities;
    }

    /** All snapshots, also those that are being made or removed. */
    @Transactional(readOnly = true)
    public List<Snapshot> all() {
        return entities.createQuery("select s from SnapshotEntity s", SnapshotEntity.class).getResultList().stream()
                .map(row -> new Snapshot(
                        row.id(),
                        row.name(),
                        row.createdAt(),
                        row.containerId(),
                        row.containerName(),
                        row.imageId(),
                        JSON.readValue(row.spec(), ContainerSpec.class),
                        JSON.readValue(row.endpoints(), ENDPOINTS),
                        JSON.readValue(row.labels(), STRINGS),
                        row.removed()))
                .toList();
    }

    /** Adds a snapshot that is about to be made. */
    @Transactional
    public void insert(Snapshot snapshot) {
        entities.persist(new SnapshotEntity(
                snapshot,
                JSON.writeValueAsString(snapshot.spec()),
                JSON.writeValueAsString(snapshot.endpoints()),
                JSON.writeValueAsString(snapshot.labels())));
        entities.flush();
    }

    /** Records that a snapshot is complete. */
    @Transactional
    public void complete(String id, String imageId) {
        entities.createQuery("update SnapshotEntity s set s.imageId = :imageId where s.id = :id")
                .setParameter("imageId", imageId)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Records that nobody wants a snapshot any more; its name is free. */
    @Transactional
    public void removed(String id) {
        entities.createQuery("update SnapshotEntity s set s.removed = true, s.name = null where s.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Removes a snapshot's row. */
    @Transactional
    public void delete(String id) {
        entities.createQuery("delete from SnapshotEntity s where s.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Records that a container is a copy whose call has not come to its end. */
    @Transactional
    public void copying(String containerId) {
        entities.persist(new SnapshotCopyingEntity(containerId));
    }

    /** Records that the calls of these copies have come to their end. */
    @Transactional
    public void copied(Collection<String> containerIds) {
        entities.createQuery("delete from SnapshotCopyingEntity c where c.containerId in :ids")
                .setParameter("ids", containerIds)
                .executeUpdate();
    }

    /** The copies whose calls have not come to their end. */
    @Transactional(readOnly = true)
    public List<String> unfinished() {
        return entities
                .createQuery("select c from SnapshotCopyingEntity c", SnapshotCopyingEntity.class)
                .getResultList()
                .stream()
                .map(SnapshotCopyingEntity::containerId)
                .toList();
    }
}
