package dev.lighter.volume;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Settles, at every start of the engine, what the rows of volumes say with what is on the host. Every difference is logged. */
@Component
public class VolumeReconciler implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeReconciler.class);

    private final VolumeStore store;
    private final VolumeRegistry registry;
    private final VolumeDirectories directories;
    private final VolumeContent content;
    private final VolumeService service;
    private final ContainerVolumes containers;
    private final ClonePool pool;
    private boolean settled;

    VolumeReconciler(
            VolumeStore store,
            VolumeRegistry registry,
            VolumeDirectories directories,
            VolumeContent content,
            VolumeService service,
            ContainerVolumes containers,
            ClonePool pool) {
        this.store = store;
        this.registry = registry;
        this.directories = directories;
        this.content = content;
        this.service = service;
        this.containers = containers;
        this.pool = pool;
    }

    /** Brings back all volumes; before containers are settled. */
    public void begin() throws IOException {
        pool.begin();
        for (VolumeStore.VolumeRow row : store.all()) {
            LiveVolume volume = new LiveVolume(row.volume(), row.populated());
            volume.removing = row.removing();
            registry.add(volume);
            if (!row.removing()) {
                directories.make(row.volume().id());
            }
        }
    }

    /** A container that is settled has these volumes. */
    public void adopt(String containerId, List<String> ids, boolean running) {
        containers.adopt(containerId, ids, running);
    }

    /** Finishes removals, clears away what belongs to nobody, and takes away what was mounted for containers that have ended. */
    public void settle() throws IOException {
        Set<String> known = new HashSet<>();
        for (LiveVolume volume : registry.all()) {
            known.add(volume.view.id());
            if (volume.removing && registry.usersOf(volume).isEmpty()) {
                LOG.info("Finishing the removal of volume {}", volume.view.name());
                service.finishRemoval(volume);
            } else if (!registry.isUsed(volume)) {
                content.close(volume);
            }
        }
        for (String id : directories.list()) {
            if (!known.contains(id)) {
                LOG.info("Removing the directory of the unknown volume {}", id);
                directories.delete(id);
            }
        }
        settled = true;
    }

    /** What runs goes on without the engine, with all that it has. */
    @Override
    public void destroy() throws IOException {
        if (settled && registry.all().stream().noneMatch(registry::isUsed)) {
            pool.end();
        }
    }
}
