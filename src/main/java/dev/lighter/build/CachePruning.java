package dev.lighter.build;

import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageUsers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the cache takes, and removes what nobody needs of it. Safe for all threads; one prunes at a time. */
final class CachePruning {
    private static final Logger LOG = LoggerFactory.getLogger(CachePruning.class);

    private final ImageService images;
    private final BuildCache cache;
    private final CacheMounts mounts;
    private final Supplier<Stream<ImageUsers>> users;

    CachePruning(ImageService images, BuildCache cache, CacheMounts mounts, Supplier<Stream<ImageUsers>> users) {
        this.images = images;
        this.cache = cache;
        this.mounts = mounts;
        this.users = users;
    }

    /** Everything in the cache, least lately used first. */
    List<CacheUse> all() {
        Map<String, ImageDetails> known = new HashMap<>();
        images.list().forEach(image -> known.put(image.id(), image));
        Set<String> needed = needed(known);
        List<CacheUse> uses = new ArrayList<>();
        for (CacheRecord record : cache.all()) {
            String id = record.imageId();
            if (id == null) {
                uses.add(new CacheUse(record, mounts.bytes(record.id()), mounts.isUsed(record.id())));
            } else {
                ImageDetails image = known.get(id);
                ImageDetails parent = known.get(record.parentId());
                long bytes = image == null ? 0 : image.sizeBytes() - (parent == null ? 0 : parent.sizeBytes());
                uses.add(new CacheUse(record, Math.max(0, bytes), needed.contains(id)));
            }
        }
        uses.sort(Comparator.comparing((CacheUse use) -> use.record().lastUsed()));
        return uses;
    }

    /** The images that have a name or a user, and all below them. */
    private Set<String> needed(Map<String, ImageDetails> known) {
        List<ImageUsers> asked = users.get().toList();
        Set<String> needed = new HashSet<>();
        for (ImageDetails image : known.values()) {
            boolean used = !image.repoTags().isEmpty()
                    || !image.repoDigests().isEmpty()
                    || asked.stream().anyMatch(one -> !one.usersOf(image.id()).isEmpty());
            for (ImageDetails one = used ? image : null; one != null && needed.add(one.id()); ) {
                one = known.get(one.parentId());
            }
        }
        return needed;
    }

    /**
     * Removes what is meant, least lately used first.
     *
     * @param all whether also what images with names were made of; these stay
     * @param keepBytes how much may stay of what is meant; 0 for nothing
     */
    synchronized PrunedCache prune(boolean all, long keepBytes, Predicate<CacheUse> meant) {
        List<CacheUse> candidates = all().stream()
                .filter(use -> !use.inUse() || all && use.record().imageId() != null)
                .filter(meant)
                .toList();
        long total = candidates.stream().mapToLong(CacheUse::sizeBytes).sum();
        long bytes = 0;
        List<String> removed = new ArrayList<>();
        List<String> leftOver = new ArrayList<>();
        for (CacheUse use : candidates) {
            if (keepBytes > 0 && total - bytes <= keepBytes) {
                break;
            }
            CacheRecord record = use.record();
            try {
                if (record.imageId() == null && !mounts.remove(record.id())) {
                    continue;
                }
            } catch (IOException e) {
                LOG.warn("The cache {} cannot be removed: {}", record.id(), e.getMessage());
                continue;
            }
            removed.add(record.id());
            if (record.imageId() != null && !use.inUse()) {
                leftOver.add(record.imageId());
            }
            bytes += use.inUse() ? 0 : use.sizeBytes();
        }
        cache.forget(removed);
        remove(leftOver);
        return new PrunedCache(removed, bytes);
    }

    /** Removes images that only the cache had, the topmost first. */
    private void remove(List<String> ids) {
        Set<String> waiting = new HashSet<>(ids);
        boolean progress = true;
        while (progress && !waiting.isEmpty()) {
            Set<String> below = new HashSet<>();
            images.list().forEach(image -> below.add(image.parentId()));
            progress = false;
            for (String id : List.copyOf(waiting)) {
                if (!below.contains(id)) {
                    progress = true;
                    waiting.remove(id);
                    remove(id);
                }
            }
        }
    }

    private void remove(String id) {
        try {
            images.remove(id, false).forEach(removal -> LOG.debug("Removed with the cache: {}", removal));
        } catch (EngineException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                LOG.info("The image {} stays: {}", id, e.getMessage());
            }
        }
    }
}
