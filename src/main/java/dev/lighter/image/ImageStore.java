package dev.lighter.image;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The rows of images, layers and names. Every method is one short transaction. */
@Repository
class ImageStore {
    private final EntityManager entities;

    ImageStore(EntityManager entities) {
        this.entities = entities;
    }

    /** Everything there is. */
    record Content(
            List<StoredImage> images,
            List<StoredLayer> layers,
            Map<String, StoredName> names,
            Map<String, String> digests) {}

    /** Which image a name is of, and since when. */
    record StoredName(String imageId, Instant since) {}

    /** Reads everything. */
    @Transactional(readOnly = true)
    public Content all() {
        Map<String, StoredName> names = new TreeMap<>();
        entities.createQuery("select n from ImageNameEntity n", ImageNameEntity.class)
                .getResultList()
                .forEach(name -> names.put(name.name(), new StoredName(name.imageId(), name.taggedAt())));
        Map<String, String> digests = new TreeMap<>();
        entities.createQuery("select d from ImageDigestEntity d", ImageDigestEntity.class)
                .getResultList()
                .forEach(digest -> digests.put(digest.name(), digest.imageId()));
        // A list and not a stream: a stream gives an image out before the rows of all its layers have come.
        return new Content(
                entities
                        .createQuery("select distinct i from ImageEntity i left join fetch i.layers", ImageEntity.class)
                        .getResultList()
                        .stream()
                        .map(ImageEntity::stored)
                        .toList(),
                entities.createQuery("select l from LayerEntity l", LayerEntity.class).getResultList().stream()
                        .map(LayerEntity::stored)
                        .toList(),
                names,
                digests);
    }

    /** Adds an image together with those of its layers that are new. */
    @Transactional
    public void insert(StoredImage image, List<StoredLayer> newLayers) {
        newLayers.forEach(layer -> entities.persist(new LayerEntity(layer)));
        entities.flush();
        entities.persist(new ImageEntity(image));
    }

    /**
     * What one making of an image records, all at once.
     *
     * @param image null where there was the same already
     * @param layer the one that is new, if there is one
     * @param names what it is called, in full
     * @param taken the layer whose taking has come to its end, if there was one
     */
    record Made(
            String imageId,
            @Nullable StoredImage image,
            @Nullable StoredLayer layer,
            List<String> names,
            @Nullable String taken) {}

    /** Adds an image that was made here, and records in the same transaction what belongs to it elsewhere. */
    @Transactional
    public void insert(Made made, Consumer<String> alongside) {
        if (made.image() != null) {
            insert(made.image(), made.layer() == null ? List.of() : List.of(made.layer()));
        } else {
            markRemoved(made.imageId(), false);
        }
        for (String name : made.names()) {
            name(name, made.imageId());
        }
        if (made.taken() != null) {
            forgetTaking(made.taken());
        }
        entities.flush();
        alongside.accept(made.imageId());
    }

    /** Records that a directory is about to become a layer. */
    @Transactional
    public void recordTaking(LayerTaking taking) {
        entities.persist(new LayerTakingEntity(taking));
    }

    /** Records that it has become one, or will not. */
    @Transactional
    public void forgetTaking(String layerId) {
        entities.createQuery("delete from LayerTakingEntity t where t.layerId = :id")
                .setParameter("id", layerId)
                .executeUpdate();
    }

    /** The directories that were about to become layers when an engine ended. */
    @Transactional(readOnly = true)
    public List<LayerTaking> takings() {
        return entities
                .createQuery("select t from LayerTakingEntity t", LayerTakingEntity.class)
                .getResultList()
                .stream()
                .map(LayerTakingEntity::taking)
                .toList();
    }

    /**
     * Records the digest of a layer's archive, and the ids that images have elsewhere which are known by it.
     *
     * @param publishedIds by the ids here
     */
    @Transactional
    public void settle(String layerId, String diffId, Map<String, String> publishedIds) {
        entities.createQuery("update LayerEntity l set l.pending = false, l.settledDiffId = :diffId where l.id = :id")
                .setParameter("diffId", diffId)
                .setParameter("id", layerId)
                .executeUpdate();
        publishedIds.forEach((id, publishedId) -> entities.createQuery(
                        "update ImageEntity i set i.publishedId = :publishedId where i.id = :id")
                .setParameter("publishedId", publishedId)
                .setParameter("id", id)
                .executeUpdate());
    }

    /** Gives an image a name, and takes it from whichever had it. */
    @Transactional
    public void name(String name, String imageId) {
        entities.merge(new ImageNameEntity(name, imageId, Instant.now()));
    }

    /** Gives an image a name by digest, and takes it from whichever had it. */
    @Transactional
    public void nameByDigest(String name, String imageId) {
        entities.merge(new ImageDigestEntity(name, imageId));
    }

    /** Takes names away, those by digest, too. */
    @Transactional
    public void removeNames(Collection<String> names) {
        entities.createQuery("delete from ImageNameEntity n where n.name in :names")
                .setParameter("names", names)
                .executeUpdate();
        entities.createQuery("delete from ImageDigestEntity d where d.name in :names")
                .setParameter("names", names)
                .executeUpdate();
    }

    /**
     * Gives an image the manifest it leaves with, and layers other blobs of the same content: this image's, and those of every other
     * image whose manifest is still to be made.
     */
    @Transactional
    public void publish(String imageId, String manifestDigest, Map<String, String> blobsByLayer) {
        blobsByLayer.forEach((layer, blob) -> entities.createNativeQuery("update image_layer set blob_digest = :blob"
                        + " where layer_id = :layer"
                        + " and image_id in (select id from image where manifest_digest is null)")
                .setParameter("blob", blob)
                .setParameter("layer", layer)
                .executeUpdate());
        entities.createQuery("update ImageEntity i set i.manifestDigest = :digest where i.id = :id")
                .setParameter("digest", manifestDigest)
                .setParameter("id", imageId)
                .executeUpdate();
    }

    /** Hides an image that containers still need, or shows it again. */
    @Transactional
    public void markRemoved(String imageId, boolean removed) {
        entities.createQuery("update ImageEntity i set i.removed = :removed where i.id = :id")
                .setParameter("removed", removed)
                .setParameter("id", imageId)
                .executeUpdate();
    }

    /** Removes an image with its names, and the layers that it was the last to use. */
    @Transactional
    public void delete(String imageId, Collection<String> layerIds) {
        entities.createQuery("delete from ImageNameEntity n where n.imageId = :id")
                .setParameter("id", imageId)
                .executeUpdate();
        entities.createQuery("delete from ImageDigestEntity d where d.imageId = :id")
                .setParameter("id", imageId)
                .executeUpdate();
        ImageEntity image = entities.find(ImageEntity.class, imageId);
        if (image != null) {
            entities.remove(image);
            entities.flush();
        }
        deleteLayers(layerIds);
    }

    /** Removes layers that no image uses. */
    @Transactional
    public void deleteLayers(Collection<String> layerIds) {
        if (!layerIds.isEmpty()) {
            entities.createQuery("delete from LayerEntity l where l.id in :ids")
                    .setParameter("ids", layerIds)
                    .executeUpdate();
        }
    }
}
