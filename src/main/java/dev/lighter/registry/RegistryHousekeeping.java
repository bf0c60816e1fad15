package dev.lighter.registry;

import dev.lighter.event.EventService;
import dev.lighter.image.ContentStore;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Keeps what was pushed in step with the local images: removes tags whose local name went, and manifests of images that were removed here,
 * with what only they needed; and blobs that nobody made a manifest of. Works on one thread, at the start, after images changed, and
 * from time to time.
 */
@Component
class RegistryHousekeeping implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryHousekeeping.class);
    private static final Set<String> CHANGES = Set.of("tag", "untag", "delete", "load", "pull", "import", "prune");
    private static final long PERIOD_MINUTES = 10;

    private final RegistryStore store;
    private final LocalRepositories local;
    private final ContentStore content;
    private final RegistryContents contents;
    private final Uploads uploads;
    private final RegistrySettings settings;
    private final EventService events;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "lighter-registry");
        made.setDaemon(true);
        return made;
    });

    RegistryHousekeeping(
            RegistryStore store,
            LocalRepositories local,
            ContentStore content,
            RegistryContents contents,
            Uploads uploads,
            RegistrySettings settings,
            EventService events) {
        this.store = store;
        this.local = local;
        this.content = content;
        this.contents = contents;
        this.uploads = uploads;
        this.settings = settings;
        this.events = events;
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        thread.execute(this::forgetMissing);
        var ignored = thread.scheduleWithFixedDelay(this::work, 0, PERIOD_MINUTES, TimeUnit.MINUTES);
        events.listen(event -> {
            if (event.type().equals("image") && CHANGES.contains(event.action()) && !waiting.getAndSet(true)) {
                soon();
            }
        });
    }

    private void soon() {
        try {
            thread.execute(() -> {
                waiting.set(false);
                work();
            });
        } catch (RejectedExecutionException ending) {
            LOG.debug("The engine ends", ending);
        }
    }

    private void work() {
        try {
            uploads.cancelIdle();
            settle();
        } catch (RuntimeException e) {
            LOG.warn("The registry's rows cannot be settled; this is tried again later: {}", e.getMessage());
        }
    }

    /** Removes what is gone. */
    void settle() {
        content.release(() -> {
            Set<String> freed = new HashSet<>();
            removeStaleTags(freed);
            removeManifestsOfRemovedImages(freed);
            for (RepositoryBlob blob : store.unusedBlobs(Instant.now().minus(settings.unusedBlob()))) {
                store.deleteBlob(blob);
                freed.add(blob.digest());
            }
            return freed;
        });
    }

    /** Where the name was removed here, and not only given to another image, the manifest goes with its last tag. */
    private void removeStaleTags(Set<String> freed) {
        Map<LocalRepositories.Tag, String> names = local.imageIds();
        Set<StoredTag> unnamed = new HashSet<>();
        for (StoredTag tag : store.tags()) {
            String named = names.get(new LocalRepositories.Tag(tag.repository(), tag.tag()));
            if (tag.imageId() != null && !Manifests.isValid(tag, Optional.ofNullable(named))) {
                store.deleteTag(tag);
                if (named == null) {
                    unnamed.add(tag);
                }
            }
        }
        List<StoredTag> rest = store.tags();
        for (StoredTag tag : unnamed) {
            store.manifest(tag.repository(), tag.digest())
                    .filter(manifest -> isLoose(manifest, rest))
                    .ifPresent(manifest -> remove(manifest, rest, freed));
        }
    }

    private void removeManifestsOfRemovedImages(Set<String> freed) {
        List<StoredTag> tags = store.tags();
        for (StoredManifest manifest : store.manifests()) {
            String imageId = manifest.imageId();
            if (imageId != null && !local.has(imageId) && isLoose(manifest, tags)) {
                remove(manifest, tags, freed);
            }
        }
    }

    /** Whether neither a tag nor an index needs a manifest. */
    private boolean isLoose(StoredManifest manifest, List<StoredTag> tags) {
        return tags.stream()
                        .noneMatch(tag -> tag.repository().equals(manifest.repository())
                                && tag.digest().equals(manifest.digest()))
                && store.referring(manifest.repository(), manifest.digest()).isEmpty();
    }

    /** Removes a manifest, and what no other one needs of what it refers to. */
    private void remove(StoredManifest manifest, List<StoredTag> tags, Set<String> freed) {
        List<String> targets = store.targets(manifest);
        store.deleteManifest(manifest);
        freed.add(manifest.digest());
        Repository repository = manifest.repository();
        for (String target : targets) {
            if (store.referring(repository, target).isEmpty()) {
                Optional<StoredManifest> member = store.manifest(repository, target);
                if (member.isPresent() && isLoose(member.get(), tags)) {
                    remove(member.get(), tags, freed);
                }
                store.blob(repository, target).ifPresent(blob -> {
                    store.deleteBlob(blob);
                    freed.add(target);
                });
            }
        }
    }

    /** Rows of bytes that somebody took away behind the engine's back. */
    private void forgetMissing() {
        contents.contents().stream()
                .filter(needed -> content.size(RegistryContents.digest(needed)).isEmpty())
                .forEach(contents::forget);
    }

    @Override
    public void destroy() {
        thread.shutdownNow();
    }
}
