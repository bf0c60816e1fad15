package dev.lighter.build;

import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.DependsOn;
import org.springframework.stereotype.Component;

/** Clears away, at every start of the engine, what builds have left that came to no end with an earlier one: containers, files, rows. */
@Component
@DependsOn("reconciler")
class BuildReconciler implements InitializingBean {
    private static final Logger LOG = LoggerFactory.getLogger(BuildReconciler.class);

    private final Workshop workshop;
    private final BuildStore store;

    BuildReconciler(Workshop workshop, BuildStore store) {
        this.workshop = workshop;
        this.store = store;
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        workshop.cache().load();
        Set<String> begun = new HashSet<>(store.begun());
        BuildDirectories directories = workshop.directories();
        for (String id : directories.running()) {
            directories.delete(id);
        }
        settleCaches(directories);
        if (!begun.isEmpty()) {
            // An end is only heard of when everything else has started, so nothing here waits for one.
            Thread thread = new Thread(() -> settle(begun), "lighter-build-settling");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void settle(Set<String> begun) {
        for (ContainerView container : workshop.containers().list()) {
            if (begun.contains(container.spec().labels().getOrDefault(StepContainer.LABEL, ""))) {
                remove(container);
            }
        }
        begun.forEach(id -> store.end(id, List.of()));
    }

    private void remove(ContainerView container) {
        try {
            LOG.info("Removing container {} of a build that came to no end", container.name());
            workshop.containers().remove(container.id(), true, true);
        } catch (EngineException e) {
            LOG.warn("Container {} of a build stays: {}", container.name(), e.getMessage());
        }
    }

    private void settleCaches(BuildDirectories directories) throws IOException {
        List<String> there = directories.caches();
        for (String id : there) {
            if (!workshop.cache().has(id)) {
                LOG.info("Removing the cache {}, which was never complete", id);
                directories.deleteCache(id);
            }
        }
        List<String> gone = workshop.cache().all().stream()
                .filter(record -> record.kind().equals(CacheRecord.MOUNT) && !there.contains(record.id()))
                .map(CacheRecord::id)
                .toList();
        if (!gone.isEmpty()) {
            workshop.cache().forget(gone);
        }
    }
}
