package dev.lighter.image;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All images as of one moment, ready to be asked without touching the database. Immutable: a change makes a new one.
 */
final class ImageIndex {
    static final ImageIndex EMPTY = new ImageIndex();

    private final NavigableMap<String, Entry> images = new TreeMap<>();
    /** Ids that images have elsewhere, and those that they have here. */
    private final NavigableMap<String, String> publishedIds = new TreeMap<>();

    private final Map<String, String> names = new HashMap<>();
    private final Map<String, StoredLayer> layers = new HashMap<>();
    private final Map<String, List<StoredLayer>> layersByDiffId = new HashMap<>();
    private final Map<String, String> diffIdsByBlob = new HashMap<>();
    private final Map<String, Set<String>> blobsByDiffId = new HashMap<>();
    private final Map<String, String> digests = new HashMap<>();
    private final List<ImageDetails> newestFirst = new ArrayList<>();

    /** One image with what is computed from it once. */
    record Entry(
            StoredImage stored,
            ImageConfigFile file,
            ImageDetails details,
            List<Path> layers,
            List<String> names,
            List<String> digests) {
        /** All blobs that are kept for it; those of {@link ImageIndex#blobs} it cannot be without. */
        List<String> wantedBlobs() {
            List<String> wanted = new ArrayList<>(blobs(stored));
            digests.forEach(name -> wanted.add(digestOf(name)));
            return wanted;
        }
    }

    private ImageIndex() {}

    /** Arranges the database's content; takes over what the index before has already read. */
    static ImageIndex of(ImageStore.Content content, ImageDirectories directories, ImageIndex before) {
        ImageIndex index = new ImageIndex();
        for (StoredLayer layer : content.layers()) {
            index.layers.put(layer.id(), layer);
            index.layersByDiffId
                    .computeIfAbsent(layer.archiveDiffId(), key -> new ArrayList<>())
                    .add(layer);
        }
        Map<String, List<String>> namesById = new HashMap<>();
        Map<String, Instant> taggedAt = new HashMap<>();
        content.names().forEach((name, stored) -> {
            index.names.put(name, stored.imageId());
            namesById
                    .computeIfAbsent(stored.imageId(), key -> new ArrayList<>())
                    .add(name);
            taggedAt.merge(stored.imageId(), stored.since(), (a, b) -> a.isAfter(b) ? a : b);
        });
        Map<String, List<String>> digestsById = new HashMap<>();
        content.digests().forEach((name, id) -> {
            index.digests.put(name, id);
            digestsById.computeIfAbsent(id, key -> new ArrayList<>()).add(name);
        });
        for (StoredImage image : content.images()) {
            Entry known = before.images.get(image.id());
            ImageConfigFile file =
                    known == null ? ImageConfigFile.parse(image.config().getBytes(StandardCharsets.UTF_8)) : known.file;
            List<String> own = namesById.getOrDefault(image.id(), List.of());
            long size = 0;
            List<Path> paths = new ArrayList<>();
            List<String> diffIds = new ArrayList<>();
            for (int i = 0; i < image.layers().size(); i++) {
                StoredImage.Layer layer = image.layers().get(i);
                StoredLayer stored = index.layers.get(layer.layerId());
                size += stored == null ? 0 : stored.sizeBytes();
                paths.add(directories.layer(layer.layerId()));
                String diffId = stored == null ? file.diffIds().get(i) : stored.archiveDiffId();
                diffIds.add(diffId);
                if (!layer.blobDigest().isEmpty()) {
                    index.diffIdsByBlob.put(layer.blobDigest(), diffId);
                    index.blobsByDiffId
                            .computeIfAbsent(diffId, key -> new TreeSet<>())
                            .add(layer.blobDigest());
                }
            }
            List<String> byDigest = digestsById.getOrDefault(image.id(), List.of());
            ImageDetails details =
                    details(image, file, own, byDigest, size, List.copyOf(diffIds), taggedAt.get(image.id()));
            Entry entry = new Entry(image, file, details, List.copyOf(paths), own, byDigest);
            index.images.put(image.id(), entry);
            if (image.publishedId() != null) {
                index.publishedIds.put(image.publishedId(), image.id());
            }
            if (!image.removed()) {
                index.newestFirst.add(entry.details);
            }
        }
        index.newestFirst.sort(
                Comparator.comparing(ImageDetails::created).reversed().thenComparing(ImageDetails::id));
        return index;
    }

    /** Where a repository knows an image by no digest yet, it would by that of the manifest. */
    private static ImageDetails details(
            StoredImage image,
            ImageConfigFile file,
            List<String> names,
            List<String> byDigest,
            long size,
            List<String> diffIds,
            @Nullable Instant taggedAt) {
        List<String> tags = new ArrayList<>();
        Set<String> digests = new TreeSet<>();
        Set<String> repositories = new HashSet<>();
        for (String name : byDigest) {
            ImageReference reference = ImageReference.parse(name);
            digests.add(reference.familiar());
            repositories.add(reference.repository());
        }
        for (String name : names) {
            ImageReference reference = ImageReference.parse(name);
            tags.add(reference.familiar());
            if (image.manifestDigest() != null && !repositories.contains(reference.repository())) {
                digests.add(reference.familiarRepository() + "@" + image.manifestDigest());
            }
        }
        return new ImageDetails(
                image.id(),
                image.parentId() == null ? "" : image.parentId(),
                List.copyOf(tags),
                List.copyOf(digests),
                size,
                file.created(),
                file.architecture(),
                file.os(),
                file.variant(),
                file.author(),
                file.comment(),
                file.config(),
                diffIds,
                file.history(),
                taggedAt);
    }

    /** The digest of a name by digest. */
    static String digestOf(String name) {
        return name.substring(name.lastIndexOf('@') + 1);
    }

    /** The image that is meant, by name before id before the beginning of an id; null where none or more than one is. */
    @Nullable
    Entry find(String text) {
        if (Sha256.isDigest(text)) {
            return shown(byAnyId(text));
        }
        if (Sha256.isHex(text)) {
            return shown(byAnyId(Sha256.PREFIX + text));
        }
        boolean prefixed = text.startsWith(Sha256.PREFIX);
        String hex = prefixed ? Sha256.hex(text) : text;
        if (!prefixed) {
            Entry named = named(ImageReference.parse(text).orLatest());
            if (named != null) {
                return named;
            }
        }
        return hex.matches("[0-9a-f]{1,64}") ? byPrefix(Sha256.PREFIX + hex) : null;
    }

    /** The image with this name. */
    @Nullable
    Entry named(ImageReference reference) {
        String digest = reference.digest();
        if (digest == null) {
            String id = names.get(reference.toString());
            return id == null ? null : visible(id);
        }
        String known = digests.get(reference.repository() + "@" + digest);
        if (known != null) {
            return visible(known);
        }
        for (Entry entry : images.values()) {
            boolean same = digest.equals(entry.stored.manifestDigest()) || digest.equals(entry.stored.id());
            if (same
                    && entry.names.stream()
                            .anyMatch(name ->
                                    ImageReference.parse(name).repository().equals(reference.repository()))) {
                return visible(entry.stored.id());
            }
        }
        return null;
    }

    private @Nullable Entry byPrefix(String prefix) {
        Set<String> found = new HashSet<>();
        for (String id : images.tailMap(prefix, true).keySet()) {
            if (!id.startsWith(prefix) || found.size() > 1) {
                break;
            }
            if (visible(id) != null) {
                found.add(id);
            }
        }
        for (Map.Entry<String, String> id : publishedIds.tailMap(prefix, true).entrySet()) {
            if (!id.getKey().startsWith(prefix) || found.size() > 1) {
                break;
            }
            if (visible(id.getValue()) != null) {
                found.add(id.getValue());
            }
        }
        return found.size() == 1 ? visible(found.iterator().next()) : null;
    }

    private @Nullable Entry visible(String id) {
        return shown(images.get(id));
    }

    private static @Nullable Entry shown(@Nullable Entry entry) {
        return entry == null || entry.stored.removed() ? null : entry;
    }

    /** The image with this id, also one that was removed while containers need it. */
    @Nullable
    Entry byId(String id) {
        return images.get(id);
    }

    /** The image with this id, here or elsewhere, also one that was removed while containers need it. */
    @Nullable
    Entry byAnyId(String id) {
        Entry here = images.get(id);
        String other = here == null ? publishedIds.get(id) : null;
        return other == null ? here : images.get(other);
    }

    /** The layer of this name. */
    @Nullable
    StoredLayer layer(String id) {
        return layers.get(id);
    }

    /** The layers of an image, lowest first. */
    List<StoredLayer> layersOf(StoredImage image) {
        return image.layers().stream()
                .map(layer -> layers.get(layer.layerId()))
                .filter(Objects::nonNull)
                .toList();
    }

    /** All images that were not removed, newest first. */
    List<ImageDetails> newestFirst() {
        return newestFirst;
    }

    Collection<Entry> everything() {
        return images.values();
    }

    /** All names of a repository, with their images. */
    Map<ImageReference, String> tags(ImageReference repository) {
        Map<ImageReference, String> tags = new LinkedHashMap<>();
        names.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(name -> {
            ImageReference reference = ImageReference.parse(name.getKey());
            if (reference.repository().equals(repository.repository()) && visible(name.getValue()) != null) {
                tags.put(reference, name.getValue());
            }
        });
        return tags;
    }

    /** Which image has this name, by its full form. */
    @Nullable
    String owner(String name) {
        return names.get(name);
    }

    List<StoredLayer> layers(String diffId) {
        return layersByDiffId.getOrDefault(diffId, List.of());
    }

    Collection<StoredLayer> layers() {
        return layers.values();
    }

    /** What a blob that is kept unpacks to. */
    @Nullable
    String diffId(String blobDigest) {
        return diffIdsByBlob.get(blobDigest);
    }

    /** The image that this one was made on top of here; null where there is none. */
    @Nullable
    Entry parentOf(Entry image) {
        return image.stored.parentId() == null ? null : images.get(image.stored.parentId());
    }

    /** The images that were made on top of this one here and are not removed. */
    List<Entry> childrenOf(String id) {
        return images.values().stream()
                .filter(image -> !image.stored.removed())
                .filter(image -> id.equals(image.stored.parentId()))
                .toList();
    }

    /** Whether an image is only a step in the making of others: it has no name, and others were made on top of it. */
    boolean isIntermediate(Entry image) {
        return image.names.isEmpty() && !childrenOf(image.stored.id()).isEmpty();
    }

    /** The blobs that unpack to this and are kept, in order. */
    Set<String> blobsOf(String diffId) {
        return blobsByDiffId.getOrDefault(diffId, Set.of());
    }

    /** The bytes of an image's layers that other images use, too. */
    long sharedBytes(Entry image) {
        Set<String> others = layersBeside(image.stored.id());
        long shared = 0;
        for (StoredImage.Layer layer : image.stored.layers()) {
            StoredLayer stored = layers.get(layer.layerId());
            shared += stored != null && others.contains(layer.layerId()) ? stored.sizeBytes() : 0;
        }
        return shared;
    }

    /** The layers that images other than this one use. */
    Set<String> layersBeside(String imageId) {
        Set<String> used = new HashSet<>();
        for (Entry entry : images.values()) {
            if (!entry.stored.id().equals(imageId)) {
                entry.stored.layers().forEach(layer -> used.add(layer.layerId()));
            }
        }
        return used;
    }

    /** The blobs that images other than this one use; all of them for an empty id. */
    Set<String> blobsBeside(String imageId) {
        Set<String> used = new HashSet<>();
        for (Entry entry : images.values()) {
            if (!entry.stored.id().equals(imageId)) {
                used.addAll(entry.wantedBlobs());
            }
        }
        return used;
    }

    /** The blobs that an image consists of. */
    static List<String> blobs(StoredImage image) {
        List<String> blobs = new ArrayList<>();
        blobs.add(image.id());
        if (image.manifestDigest() != null) {
            blobs.add(image.manifestDigest());
            if (image.publishedId() != null) {
                blobs.add(image.publishedId());
            }
        }
        image.layers().stream()
                .map(StoredImage.Layer::blobDigest)
                .filter(blob -> !blob.isEmpty())
                .forEach(blobs::add);
        return blobs;
    }
}
