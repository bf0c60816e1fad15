package dev.lighter.build;

import dev.lighter.image.BuildCacheUsage;
import java.util.List;
import org.springframework.stereotype.Component;

/** What builds have kept, for the disk usage. */
@Component
class BuildCacheItems implements BuildCacheUsage {
    private final BuildService builds;

    BuildCacheItems(BuildService builds) {
        this.builds = builds;
    }

    @Override
    public List<Item> items() {
        return builds.cache().stream().map(BuildCacheItems::item).toList();
    }

    private static Item item(CacheUse use) {
        CacheRecord record = use.record();
        return new Item(
                record.id(),
                List.of(),
                record.kind(),
                record.description(),
                use.inUse(),
                // The layers of steps are counted among those of images.
                record.kind().equals(CacheRecord.STEP),
                use.sizeBytes(),
                record.created(),
                record.usages() == 0 ? null : record.lastUsed(),
                record.usages());
    }
}
