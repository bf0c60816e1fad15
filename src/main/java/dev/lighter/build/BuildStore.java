package dev.lighter.build;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The rows of builds and of their cache. Every method is one short transaction. */
@Repository
class BuildStore {
    private final EntityManager entities;

    BuildStore(EntityManager entities) {
        this.entities = entities;
    }

    /** Records that a build begins. */
    @Transactional
    public void begin(String id) {
        entities.persist(new BuildEntity(id, Instant.now()));
    }

    /** Records that a build is over, and what of the cache it has used. */
    @Transactional
    public void end(String id, Collection<CacheRecord> used) {
        entities.createQuery("delete from BuildEntity b where b.id = :id")
                .setParameter("id", id)
                .executeUpdate();
        used.forEach(record -> entities.createQuery(
                        "update CacheEntity c set c.lastUsedAt = :at, c.usages = :usages where c.id = :id")
                .setParameter("at", record.lastUsed())
                .setParameter("usages", record.usages())
                .setParameter("id", record.id())
                .executeUpdate());
    }

    /** The builds that have begun and not ended. */
    @Transactional(readOnly = true)
    public List<String> begun() {
        return entities.createQuery("select b from BuildEntity b", BuildEntity.class).getResultList().stream()
                .map(BuildEntity::id)
                .toList();
    }

    /** Everything that may be used again. */
    @Transactional(readOnly = true)
    public List<CacheRecord> cache() {
        return entities.createQuery("select c from CacheEntity c", CacheEntity.class).getResultList().stream()
                .map(CacheEntity::record)
                .toList();
    }

    /** Records something that may be used again, in place of what had the same id. */
    @Transactional
    public void keep(CacheRecord record) {
        entities.merge(new CacheEntity(record));
    }

    /** Forgets what may not be used again. */
    @Transactional
    public void forget(Collection<String> ids) {
        ids.forEach(id -> entities.createQuery("delete from CacheEntity c where c.id = :id")
                .setParameter("id", id)
                .executeUpdate());
    }
}
