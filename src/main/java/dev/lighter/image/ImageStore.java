package dev.lighter.image;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    record Content(List<StoredImage> images, List<StoredLayer> layers, Map<String, String> names) {}

    /** Reads everything. */
    @Transactional(readOnly = true)
    public Content all() {
        Map<String, String> names = new TreeMap<>();
        entities.createQuery("select n from ImageNameEntity n", ImageNameEntity.class).getResultList().stream()
                .forEach(name -> names.put(name.name(), name.imageId()));
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
                names);
    }

    /** Adds an image together with those of its layers that are new. */
    @Transactional
    public void insert(StoredImage image, List<StoredLayer> newLayers) {
        newLayers.forEach(layer -> entities.persist(new LayerEntity(layer)));
        entities.flush();
        entities.persist(new ImageEntity(image));
    }

    /** Gives an image a name, and takes it from whichever had it. */
    @Transactional
    public void name(String name, String imageId) {
        entities.merge(new ImageNameEntity(name, imageId, Instant.now()));
    }

    /** Takes names away. */
    @Transactional
    public void removeNames(Collection<String> names) {
        entities.createQuery("delete from ImageNameEntity n where n.name in :names")
                .setParameter("names", names)
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
