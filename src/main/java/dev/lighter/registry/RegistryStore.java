package dev.lighter.registry;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.annotation.Transactional;

/** The rows of what was pushed. Every method is one short transaction. */
@org.springframework.stereotype.Repository
class RegistryStore {
    private static final int MOST_PARAMETERS = 500;

    private final EntityManager entities;

    RegistryStore(EntityManager entities) {
        this.entities = entities;
    }

    /** Those of these digests that any repository has, as a blob or a manifest. */
    @Transactional(readOnly = true)
    public Set<String> needed(Collection<String> digests) {
        Set<String> needed = new HashSet<>();
        List<String> asked = List.copyOf(digests);
        for (int start = 0; start < asked.size(); start += MOST_PARAMETERS) {
            List<String> some = asked.subList(start, Math.min(asked.size(), start + MOST_PARAMETERS));
            for (String entity : List.of("RegistryBlobEntity", "RegistryManifestEntity")) {
                needed.addAll(entities.createQuery(
                                "select distinct e.key.digest from " + entity + " e where e.key.digest in :digests",
                                String.class)
                        .setParameter("digests", some)
                        .getResultList());
            }
        }
        return needed;
    }

    /** The names of all repositories that have anything. */
    @Transactional(readOnly = true)
    public Set<String> repositories() {
        Set<String> names = new TreeSet<>();
        for (String entity : List.of("RegistryBlobEntity", "RegistryManifestEntity")) {
            names.addAll(entities.createQuery("select distinct e.key.repository from " + entity + " e", String.class)
                    .getResultList());
        }
        return names;
    }

    /** A repository's blob. */
    @Transactional(readOnly = true)
    public Optional<RepositoryBlob> blob(Repository repository, String digest) {
        return Optional.ofNullable(entities.find(RegistryBlobEntity.class, new InRepository(repository.name(), digest)))
                .map(RegistryBlobEntity::stored);
    }

    /** Adds a blob to a repository, or notes that it is wanted once more. */
    @Transactional
    public void addBlob(RepositoryBlob blob) {
        entities.merge(new RegistryBlobEntity(
                new InRepository(blob.repository().name(), blob.digest()), blob.sizeBytes(), Instant.now()));
    }

    /** Notes that a blob is wanted, where that was last noted before a moment. */
    @Transactional
    public void touch(RepositoryBlob blob, Instant before) {
        entities.createQuery("update RegistryBlobEntity b set b.touchedAt = :now"
                        + " where b.key.repository = :repository and b.key.digest = :digest and b.touchedAt < :before")
                .setParameter("now", Instant.now())
                .setParameter("repository", blob.repository().name())
                .setParameter("digest", blob.digest())
                .setParameter("before", before)
                .executeUpdate();
    }

    /** Takes a blob from a repository. */
    @Transactional
    public void deleteBlob(RepositoryBlob blob) {
        entities.createQuery("delete from RegistryBlobEntity b"
                        + " where b.key.repository = :repository and b.key.digest = :digest")
                .setParameter("repository", blob.repository().name())
                .setParameter("digest", blob.digest())
                .executeUpdate();
    }

    /** Blobs that no manifest refers to, and that were last wanted before a moment. */
    @Transactional(readOnly = true)
    public List<RepositoryBlob> unusedBlobs(Instant before) {
        return entities
                .createQuery(
                        "select b from RegistryBlobEntity b where b.touchedAt < :before"
                                + " and not exists (select r from RegistryReferenceEntity r"
                                + " where r.key.repository = b.key.repository and r.key.target = b.key.digest)",
                        RegistryBlobEntity.class)
                .setParameter("before", before)
                .getResultList()
                .stream()
                .map(RegistryBlobEntity::stored)
                .toList();
    }

    /** Every blob of every repository. */
    @Transactional(readOnly = true)
    public List<RepositoryBlob> blobs() {
        return entities
                .createQuery("select b from RegistryBlobEntity b", RegistryBlobEntity.class)
                .getResultList()
                .stream()
                .map(RegistryBlobEntity::stored)
                .toList();
    }

    /** A repository's manifest. */
    @Transactional(readOnly = true)
    public Optional<StoredManifest> manifest(Repository repository, String digest) {
        return Optional.ofNullable(
                        entities.find(RegistryManifestEntity.class, new InRepository(repository.name(), digest)))
                .map(RegistryManifestEntity::stored);
    }

    /** Every manifest of every repository. */
    @Transactional(readOnly = true)
    public List<StoredManifest> manifests() {
        return entities
                .createQuery("select m from RegistryManifestEntity m", RegistryManifestEntity.class)
                .getResultList()
                .stream()
                .map(RegistryManifestEntity::stored)
                .toList();
    }

    /** The manifests of a repository that are about another one, by digest. */
    @Transactional(readOnly = true)
    public List<StoredManifest> referrers(Repository repository, String subject) {
        return entities
                .createQuery(
                        "select m from RegistryManifestEntity m"
                                + " where m.key.repository = :repository and m.subject = :subject"
                                + " order by m.key.digest",
                        RegistryManifestEntity.class)
                .setParameter("repository", repository.name())
                .setParameter("subject", subject)
                .getResultList()
                .stream()
                .map(RegistryManifestEntity::stored)
                .toList();
    }

    /** The digests of the manifests of a repository that refer to a blob or manifest. */
    @Transactional(readOnly = true)
    public List<String> referring(Repository repository, String target) {
        return entities.createQuery(
                        "select r.key.manifest from RegistryReferenceEntity r"
                                + " where r.key.repository = :repository and r.key.target = :target",
                        String.class)
                .setParameter("repository", repository.name())
                .setParameter("target", target)
                .getResultList();
    }

    /** What a manifest refers to. */
    @Transactional(readOnly = true)
    public List<String> targets(StoredManifest manifest) {
        return entities.createQuery(
                        "select r.key.target from RegistryReferenceEntity r"
                                + " where r.key.repository = :repository and r.key.manifest = :manifest",
                        String.class)
                .setParameter("repository", manifest.repository().name())
                .setParameter("manifest", manifest.digest())
                .getResultList();
    }

    /** Adds a manifest, or replaces what is known of it, with the blobs and manifests that it refers to, and the tag it gets. */
    @Transactional
    public void put(
            StoredManifest manifest, List<RepositoryBlob> blobs, Collection<String> members, @Nullable StoredTag tag) {
        Instant now = Instant.now();
        entities.merge(new RegistryManifestEntity(manifest, now));
        entities.flush();
        String repository = manifest.repository().name();
        Set<String> targets = new TreeSet<>(members);
        for (RepositoryBlob blob : blobs) {
            targets.add(blob.digest());
            entities.merge(new RegistryBlobEntity(new InRepository(repository, blob.digest()), blob.sizeBytes(), now));
        }
        targets.forEach(target -> entities.merge(
                new RegistryReferenceEntity(new RegistryReferenceEntity.Key(repository, manifest.digest(), target))));
        if (tag != null) {
            entities.merge(new RegistryTagEntity(tag, now));
        }
    }

    /** Removes a manifest with its tags. What it referred to stays. */
    @Transactional
    public void deleteManifest(StoredManifest manifest) {
        for (String statement : List.of(
                "delete from RegistryTagEntity t where t.key.repository = :repository and t.digest = :digest",
                "delete from RegistryReferenceEntity r"
                        + " where r.key.repository = :repository and r.key.manifest = :digest",
                "delete from RegistryManifestEntity m"
                        + " where m.key.repository = :repository and m.key.digest = :digest")) {
            entities.createQuery(statement)
                    .setParameter("repository", manifest.repository().name())
                    .setParameter("digest", manifest.digest())
                    .executeUpdate();
        }
    }

    /** A repository's tag. */
    @Transactional(readOnly = true)
    public Optional<StoredTag> tag(Repository repository, String tag) {
        return Optional.ofNullable(
                        entities.find(RegistryTagEntity.class, new RegistryTagEntity.Key(repository.name(), tag)))
                .map(RegistryTagEntity::stored);
    }

    /** A repository's tags. */
    @Transactional(readOnly = true)
    public List<StoredTag> tags(Repository repository) {
        return entities
                .createQuery(
                        "select t from RegistryTagEntity t where t.key.repository = :repository",
                        RegistryTagEntity.class)
                .setParameter("repository", repository.name())
                .getResultList()
                .stream()
                .map(RegistryTagEntity::stored)
                .toList();
    }

    /** Every tag of every repository. */
    @Transactional(readOnly = true)
    public List<StoredTag> tags() {
        return entities
                .createQuery("select t from RegistryTagEntity t", RegistryTagEntity.class)
                .getResultList()
                .stream()
                .map(RegistryTagEntity::stored)
                .toList();
    }

    /** Removes a tag; its manifest stays. */
    @Transactional
    public void deleteTag(StoredTag tag) {
        entities.createQuery(
                        "delete from RegistryTagEntity t where t.key.repository = :repository and t.key.tag = :tag")
                .setParameter("repository", tag.repository().name())
                .setParameter("tag", tag.tag())
                .executeUpdate();
    }
}
