package dev.lighter.volume;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The volumes' rows. Every method is one short transaction, or part of its caller's. */
@Repository
class VolumeStore {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

    /** A volume as it was last recorded. */
    record VolumeRow(Volume volume, boolean populated, boolean removing) {}

    private final EntityManager entities;

    VolumeStore(EntityManager entities) {
        this.entities = entities;
    }

    /** All volumes. */
    @Transactional(readOnly = true)
    public List<VolumeRow> all() {
        return entities.createQuery("select v from VolumeEntity v", VolumeEntity.class).getResultList().stream()
                .map(row -> new VolumeRow(
                        new Volume(
                                row.id(),
                                row.name(),
                                row.createdAt(),
                                JSON.readValue(row.labels(), STRINGS),
                                JSON.readValue(row.options(), STRINGS),
                                row.anonymous()),
                        row.populated(),
                        row.removing()))
                .toList();
    }

    /** Adds a volume that is about to be made. */
    @Transactional
    public void insert(Volume volume, boolean populated) {
        entities.persist(new VolumeEntity(
                volume.id(),
                volume.name(),
                volume.created(),
                JSON.writeValueAsString(volume.labels()),
                JSON.writeValueAsString(volume.options()),
                volume.anonymous(),
                populated));
        entities.flush();
    }

    /** Records another name; it is somebody's own from now on. */
    @Transactional
    public void rename(String id, String name) {
        entities.createQuery("update VolumeEntity v set v.name = :name, v.anonymous = false where v.id = :id")
                .setParameter("name", name)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Records that a volume holds what its first container's image had for it. */
    @Transactional
    public void populated(String id) {
        entities.createQuery("update VolumeEntity v set v.populated = true where v.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Records that a volume is about to be removed. */
    @Transactional
    public void removing(String id) {
        entities.createQuery("update VolumeEntity v set v.removing = true where v.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }

    /** Removes a volume's row. */
    @Transactional
    public void delete(String id) {
        entities.createQuery("delete from VolumeEntity v where v.id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }
}
