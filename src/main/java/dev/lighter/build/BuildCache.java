package dev.lighter.build;

import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What builds have made and later ones may use again, by what it was made of. Safe for all threads. */
final class BuildCache {
    private final BuildStore store;
    private final ImageService images;
    private final Map<String, CacheRecord> records = new ConcurrentHashMap<>();

    BuildCache(BuildStore store, ImageService images) {
        this.store = store;
        this.images = images;
    }

    /** Brings back what earlier engines have kept. */
    void load() {
        store.cache().forEach(record -> records.put(record.id(), record));
    }

    /** The image that a step made, and still is there; null where there is none. */
    @Nullable
    ImageDetails find(String key) {
        CacheRecord record = records.get(key);
        if (record == null || record.imageId() == null) {
            return null;
        }
        try {
            return images.get(record.imageId());
        } catch (EngineException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            forget(List.of(key));
            return null;
        }
    }

    /** Keeps what a step has made; to be called in the transaction that records the image. */
    void keep(String key, String imageId, @Nullable String parentId, String description) {
        Instant now = Instant.now();
        record(new CacheRecord(key, CacheRecord.STEP, imageId, parentId, description, now, now, 0));
    }

    /** Keeps a directory that steps share. */
    void keepMount(String key, String name) {
        Instant now = Instant.now();
        record(new CacheRecord(key, CacheRecord.MOUNT, null, null, name, now, now, 0));
    }

    private void record(CacheRecord record) {
        store.keep(record);
        records.put(record.id(), record);
    }

    /** Notes that something was used once more; gives it for the row that {@link BuildStore#end} changes. */
    @Nullable
    CacheRecord used(String key) {
        return records.computeIfPresent(key, (id, record) -> record.used());
    }

    boolean has(String key) {
        return records.containsKey(key);
    }

    List<CacheRecord> all() {
        return List.copyOf(records.values());
    }

    void forget(Collection<String> keys) {
        store.forget(keys);
        keys.forEach(records::remove);
    }
}
