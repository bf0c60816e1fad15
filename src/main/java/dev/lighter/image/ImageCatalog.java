package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.FileCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the images' rows, their bytes and the index of both in step: one change at a time, any number of readers at any time. Bytes come
 * before rows and go after them, so that what a crash leaves is bytes without rows, which the next start clears away.
 */
final class ImageCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCatalog.class);

    private final ImageStore store;
    private final ImageDirectories directories;
    private final BlobOwners owners;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile ImageIndex index = ImageIndex.EMPTY;

    /** @param owners whoever needs blobs beside the images */
    ImageCatalog(ImageStore store, ImageDirectories directories, BlobOwners owners) {
        this.store = store;
        this.directories = directories;
        this.owners = owners;
    }

    ImageIndex index() {
        return index;
    }

    /** Holds back every other change until the result is closed. */
    Change change() {
        changes.lock();
        return changes::unlock;
    }

    /** The time in which nobody else changes anything. */
    interface Change extends AutoCloseable {
        @Override
        void close();
    }

    /** Makes an image of what an attempt brought, or finds that it is there already. Gives its id. */
    String add(LoadAttempt attempt, ImageDraft draft) throws IOException {
        String id = Sha256.of(draft.config());
        try (Change change = change()) {
            ImageIndex.Entry known = index.byAnyId(id);
            if (known != null) {
                if (known.stored().removed()) {
                    store.markRemoved(known.stored().id(), false);
                    reload();
                }
                return known.stored().id();
            }
            ImageConfigFile file = ImageConfigFile.parse(draft.config());
            checkLayers(attempt, draft, file);
            attempt.addBlob(id, draft.config());
            String manifestDigest = draft.manifest() == null ? null : Sha256.of(draft.manifest());
            if (manifestDigest != null && draft.manifest() != null) {
                attempt.addBlob(manifestDigest, draft.manifest());
            }
            List<StoredLayer> made = new ArrayList<>();
            List<StoredImage.Layer> layers = new ArrayList<>();
            boolean complete = false;
            try {
                List<Path> lower = new ArrayList<>();
                for (int i = 0; i < file.diffIds().size(); i++) {
                    String diffId = file.diffIds().get(i);
                    String blob = draft.layerBlobs().get(i);
                    StoredLayer layer = layer(attempt, diffId, blob, lower, made);
                    // Without a manifest any bytes do that unpack to the same.
                    Set<String> kept = draft.manifest() == null ? index.blobsOf(diffId) : Set.of();
                    layers.add(new StoredImage.Layer(
                            layer.id(), kept.isEmpty() ? blob : kept.iterator().next()));
                    lower.add(directories.layer(layer.id()));
                }
                StoredImage image = new StoredImage(
                        id,
                        manifestDigest,
                        new String(draft.config(), StandardCharsets.UTF_8),
                        Instant.now(),
                        false,
                        layers,
                        null,
                        null);
                for (String blob : ImageIndex.blobs(image)) {
                    attempt.keepBlob(blob);
                }
                store.insert(image, made);
                complete = true;
                reload();
                return id;
            } finally {
                if (!complete) {
                    undo(draft, id, manifestDigest, made);
                }
            }
        }
    }

    /** Adds an image that was made here, whose bytes are in their places. To be called within a {@link #change}. */
    void insert(ImageStore.Made made, Consumer<String> alongside) {
        store.insert(made, alongside);
        reload();
    }

    /** The digest of a layer's archive has been found: images that have it may be known by other ids elsewhere. */
    void settle(String layerId, String diffId) {
        try (Change change = change()) {
            StoredLayer layer = index.layer(layerId);
            if (layer == null) {
                return;
            }
            StoredLayer settled = layer.settled(diffId);
            Map<String, String> publishedIds = new HashMap<>();
            for (ImageIndex.Entry image : index.everything()) {
                List<StoredLayer> layers = index.layersOf(image.stored()).stream()
                        .map(one -> one.id().equals(layerId) ? settled : one)
                        .toList();
                String published = layers.contains(settled)
                        ? PublishedConfig.idOf(
                                image.stored().id(),
                                image.stored().config(),
                                image.file().diffIds(),
                                layers)
                        : null;
                if (published != null) {
                    publishedIds.put(image.stored().id(), published);
                }
            }
            store.settle(layerId, diffId, publishedIds);
            reload();
        }
    }

    private static void checkLayers(LoadAttempt attempt, ImageDraft draft, ImageConfigFile file) {
        if (draft.layerBlobs().size() != file.diffIds().size()) {
            throw EngineException.invalid(
                    "the image's configuration names " + file.diffIds().size() + " layers, its manifest "
                            + draft.layerBlobs().size());
        }
        for (int i = 0; i < file.diffIds().size(); i++) {
            String blob = draft.layerBlobs().get(i);
            String diffId = attempt.diffId(blob);
            if (diffId == null) {
                throw EngineException.invalid("the layer " + blob + " is not a tar archive, plain or compressed");
            }
            if (!diffId.equals(file.diffIds().get(i))) {
                throw EngineException.invalid("the layer " + blob + " does not match: its content is " + diffId
                        + ", the image's configuration says " + file.diffIds().get(i));
            }
        }
    }

    private StoredLayer layer(LoadAttempt attempt, String diffId, String blob, List<Path> lower, List<StoredLayer> made)
            throws IOException {
        List<StoredLayer> same = new ArrayList<>(index.layers(diffId));
        made.stream().filter(layer -> layer.diffId().equals(diffId)).forEach(same::add);
        UnpackedLayer unpacked = same.isEmpty() ? unpacked(attempt, diffId, blob) : null;
        List<String> implied = unpacked == null ? same.get(0).implied() : unpacked.implied();
        Map<String, FileCalls.Status> looks = ImpliedDirectories.below(lower, implied);
        String variant = ImpliedDirectories.variant(looks);
        for (StoredLayer layer : same) {
            if (layer.variant().equals(variant)) {
                return layer;
            }
        }
        if (unpacked == null) {
            unpacked = unpacked(attempt, diffId, blob);
        }
        ImpliedDirectories.apply(unpacked.directory(), looks);
        StoredLayer layer = new StoredLayer(directories.newId(), diffId, variant, implied, unpacked.sizeBytes());
        Files.move(unpacked.directory(), directories.layer(layer.id()));
        made.add(layer);
        return layer;
    }

    private static UnpackedLayer unpacked(LoadAttempt attempt, String diffId, String blob) throws IOException {
        UnpackedLayer layer = attempt.takeLayer(diffId);
        if (layer != null) {
            return layer;
        }
        Path packed = attempt.blob(blob);
        if (packed == null) {
            throw EngineException.internal("the bytes of the layer " + blob + " are not there", null);
        }
        try (InputStream in = Files.newInputStream(packed)) {
            UnpackedLayer again = BlobIngest.unpack(attempt, in, false);
            if (again == null) {
                throw EngineException.internal("the bytes of the layer " + blob + " are no archive any more", null);
            }
            return again;
        }
    }

    private void undo(ImageDraft draft, String id, @Nullable String manifestDigest, List<StoredLayer> made) {
        List<String> blobs = new ArrayList<>(draft.layerBlobs());
        blobs.add(id);
        if (manifestDigest != null) {
            blobs.add(manifestDigest);
        }
        try {
            long ignored = deleteUnneeded(blobs);
            removeAll(retire(made.stream().map(StoredLayer::id).toList()));
        } catch (IOException e) {
            LOG.warn("What a failed load left is removed at the next start: {}", e.getMessage());
        }
    }

    /** Gives an image a name. Gives the id of the image that had it before, if another one did. */
    @Nullable
    String name(String imageId, ImageReference name) {
        try (Change change = change()) {
            if (index.byId(imageId) == null) {
                throw EngineException.notFound("No such image: " + imageId);
            }
            String before = index.owner(name.toString());
            store.name(name.toString(), imageId);
            reload();
            return imageId.equals(before) ? null : before;
        }
    }

    /**
     * Lets a repository know an image by a digest: of its manifest, or of an index that names it, whose document is then kept beside.
     */
    void nameByDigest(LoadAttempt attempt, String imageId, ImageReference name, byte @Nullable [] document)
            throws IOException {
        try (Change change = change()) {
            if (index.byId(imageId) == null) {
                throw EngineException.notFound("No such image: " + imageId);
            }
            String digest = name.digest();
            if (digest == null) {
                throw new IllegalArgumentException(name + " has no digest");
            }
            if (document != null) {
                attempt.addBlob(digest, document);
                attempt.keepBlob(digest);
            }
            store.nameByDigest(name.repository() + "@" + digest, imageId);
            reload();
        }
    }

    /**
     * Gives an image the manifest that it leaves with. Blobs that others take the place of are removed, unless another image has a manifest
     * that names them.
     *
     * @param config the digest of the configuration that the manifest names
     * @param blobs the blobs of layers that leave in another form than they came in, by the layers' names
     */
    void publish(LoadAttempt attempt, String imageId, String config, byte[] manifest, Map<String, String> blobs)
            throws IOException {
        try (Change change = change()) {
            ImageIndex.Entry image = index.byId(imageId);
            if (image == null) {
                throw EngineException.notFound("No such image: " + imageId);
            }
            if (image.stored().manifestDigest() != null) {
                return;
            }
            String digest = Sha256.of(manifest);
            List<String> added = new ArrayList<>(blobs.values());
            added.add(digest);
            added.add(config);
            List<String> touched = new ArrayList<>(image.wantedBlobs());
            touched.addAll(added);
            try {
                attempt.addBlob(digest, manifest);
                for (String blob : added) {
                    attempt.keepBlob(blob);
                }
                store.publish(imageId, digest, blobs);
            } finally {
                reload();
                long ignored = deleteUnneeded(touched);
            }
        }
    }

    /** Takes names away, also those by digest, with the indexes that only these needed. */
    void removeNames(Collection<String> names) {
        if (names.isEmpty()) {
            return;
        }
        try (Change change = change()) {
            store.removeNames(names);
            reload();
            long ignored = deleteUnneeded(names.stream()
                    .filter(name -> name.contains("@"))
                    .map(ImageIndex::digestOf)
                    .toList());
        } catch (IOException e) {
            LOG.warn("An index that nobody needs is removed at the next start: {}", e.getMessage());
        }
    }

    /** Hides an image until nobody needs its layers. */
    void hide(String imageId) {
        store.markRemoved(imageId, true);
        reload();
    }

    /**
     * Removes an image's rows and takes its bytes out of use. Gives the layers that went with it; their bytes are still to be removed,
     * outside of any {@link #change}, with {@link #removeAll}.
     */
    Removed delete(ImageIndex.Entry image) throws IOException {
        Set<String> used = index.layersBeside(image.stored().id());
        List<String> layers = image.stored().layers().stream()
                .map(StoredImage.Layer::layerId)
                .filter(layer -> !used.contains(layer))
                .distinct()
                .toList();
        long bytes = index.layers().stream()
                .filter(layer -> layers.contains(layer.id()))
                .mapToLong(StoredLayer::sizeBytes)
                .sum();
        store.delete(image.stored().id(), layers);
        reload();
        bytes += deleteUnneeded(image.wantedBlobs());
        return new Removed(layers, retire(layers), bytes);
    }

    /** The layers that went, the temporaries that hold their bytes, and how many bytes these and the blobs have. */
    record Removed(List<String> layerIds, List<String> temporaries, long bytes) {}

    /** Deletes those of these blobs that neither an image nor anybody else needs; within a {@link #change}. Gives how many bytes they had. */
    long deleteUnneeded(Collection<String> blobs) throws IOException {
        Set<String> unneeded = new HashSet<>(blobs);
        unneeded.removeAll(index.blobsBeside(""));
        unneeded.removeAll(owners.needed(unneeded));
        long bytes = 0;
        for (String blob : unneeded) {
            bytes += directories.blobBytes(blob);
            Files.deleteIfExists(directories.blob(blob));
        }
        return bytes;
    }

    private List<String> retire(List<String> layerIds) throws IOException {
        List<String> temporaries = new ArrayList<>();
        for (String layer : layerIds) {
            if (Files.exists(directories.layer(layer))) {
                temporaries.add(directories.retireLayer(layer));
            }
        }
        return temporaries;
    }

    /** Removes temporaries with all they hold. */
    void removeAll(List<String> temporaries) throws IOException {
        for (String temporary : temporaries) {
            directories.removeTemporary(temporary);
        }
    }

    private void reload() {
        index = ImageIndex.of(store.all(), directories, index);
    }

    /** Settles rows with bytes at the engine's start. Gives the temporaries that are still to be removed. */
    List<String> reconcile() throws IOException {
        try (Change change = change()) {
            List<String> temporaries = new ArrayList<>(directories.temporaryNames());
            for (LayerTaking taking : store.takings()) {
                LOG.info("{} was about to become a layer when the engine ended; it did not", taking.origin());
                NewLayer.giveBack(taking, directories.layer(taking.layerId()));
                store.forgetTaking(taking.layerId());
            }
            reload();
            for (ImageIndex.Entry image : List.copyOf(index.everything())) {
                String missing = missing(image);
                if (missing != null) {
                    LOG.warn(
                            "Image {} is removed, because {} is missing",
                            image.stored().id(),
                            missing);
                    temporaries.addAll(delete(image).temporaries());
                }
            }
            Set<String> usedLayers = index.layersBeside("");
            List<String> unused = index.layers().stream()
                    .map(StoredLayer::id)
                    .filter(layer -> !usedLayers.contains(layer))
                    .toList();
            store.deleteLayers(unused);
            List<String> orphans = directories.layerNames().stream()
                    .filter(layer -> !usedLayers.contains(layer))
                    .toList();
            if (!orphans.isEmpty()) {
                LOG.info("Removing {} layers that no image uses", orphans.size());
                temporaries.addAll(retire(orphans));
            }
            List<String> blobNames = directories.blobNames();
            Set<String> usedBlobs = index.blobsBeside("");
            usedBlobs.addAll(owners.needed(
                    blobNames.stream().map(name -> Sha256.PREFIX + name).toList()));
            for (String name : blobNames) {
                if (!usedBlobs.contains(Sha256.PREFIX + name)) {
                    LOG.info("Removing the blob {} that nobody needs", name);
                    directories.deleteBlobFile(name);
                }
            }
            reload();
            return temporaries;
        }
    }

    private @Nullable String missing(ImageIndex.Entry image) {
        for (Path layer : image.layers()) {
            if (!Files.isDirectory(layer)) {
                return layer.toString();
            }
        }
        for (String blob : ImageIndex.blobs(image.stored())) {
            if (!Files.isRegularFile(directories.blob(blob))) {
                return directories.blob(blob).toString();
            }
        }
        return null;
    }
}
