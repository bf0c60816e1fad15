package dev.lighter.volume;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** What containers need of volumes: claimed at creation, opened at start, given back at the end. Safe for all threads. */
@Service
public class ContainerVolumes {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerVolumes.class);

    private final VolumeStore store;
    private final VolumeRegistry registry;
    private final VolumeDirectories directories;
    private final VolumeContent content;
    private final VolumeEvents events;
    private final VolumeService service;

    ContainerVolumes(
            VolumeStore store,
            VolumeRegistry registry,
            VolumeDirectories directories,
            VolumeContent content,
            VolumeEvents events,
            VolumeService service) {
        this.store = store;
        this.registry = registry;
        this.directories = directories;
        this.content = content;
        this.events = events;
        this.service = service;
    }

    /**
     * A volume that a new container is to have.
     *
     * @param id of one that is there; empty to find or make one by name
     * @param name empty for a new one without a name of its own
     * @param content a directory whose files a new one begins with; null for none
     */
    public record Wanted(
            String id,
            String name,
            String driver,
            Map<String, String> options,
            Map<String, String> labels,
            @Nullable Path content) {
        /** One that begins empty. */
        public Wanted(String id, String name, String driver, Map<String, String> options, Map<String, String> labels) {
            this(id, name, driver, options, labels, null);
        }

        /** One that is there. */
        public static Wanted ofId(String id) {
            return new Wanted(id, "", "", Map.of(), Map.of());
        }

        /** A new one with the same files as a directory of the host, sharing bytes with it where both are in the pool of clones. */
        public static Wanted copyOf(Path directory) {
            return new Wanted("", "", "", Map.of(), Map.of(), directory);
        }
    }

    /** The volumes of a container that is being created. */
    public final class Claim {
        private final String containerId;
        private final List<LiveVolume> volumes = new ArrayList<>();
        private final List<LiveVolume> made = new ArrayList<>();
        private final Map<LiveVolume, Path> contents = new HashMap<>();

        private Claim(String containerId) {
            this.containerId = containerId;
        }

        private void add(Wanted wanted) {
            VolumeService.requireLocal(wanted.driver());
            if (!wanted.id().isEmpty()) {
                volumes.add(registry.claim(wanted.id(), containerId));
                return;
            }
            LocalOptions.of(wanted.options());
            LiveVolume planned = VolumeService.planned(wanted.name(), wanted.options(), wanted.labels());
            planned.populated = wanted.content() != null;
            LiveVolume volume = registry.claim(planned.view.name(), containerId, () -> planned);
            if (volume == planned) {
                made.add(volume);
                if (wanted.content() != null) {
                    contents.put(volume, wanted.content());
                }
            }
            volumes.add(volume);
        }

        /** Their ids, in the order in which they were wanted. */
        public List<String> ids() {
            return volumes.stream().map(volume -> volume.view.id()).toList();
        }

        /** Adds the rows of new ones, in the transaction of the container's own row. */
        public void record() {
            made.forEach(volume -> store.insert(volume.view, volume.populated));
        }

        /** Makes the directories of new ones. */
        public void make() throws IOException {
            for (LiveVolume volume : made) {
                Path from = contents.get(volume);
                if (from == null) {
                    directories.make(volume.view.id());
                } else {
                    directories.makeClone(volume.view.id(), from);
                }
                events.created(volume.view);
            }
        }

        /** The container is not made: nobody has anything of it. */
        public void abandon() {
            registry.release(containerId);
            for (LiveVolume volume : made) {
                try {
                    directories.delete(volume.view.id());
                } catch (IOException e) {
                    LOG.warn("The directory of volume {} stays behind: {}", volume.view.name(), e.getMessage());
                }
                registry.remove(volume);
            }
        }

        /** Takes the rows away again. */
        public void recordAbandonment() {
            made.forEach(volume -> store.delete(volume.view.id()));
        }
    }

    /** Claims volumes for a new container, which from now on keeps them from being removed. Fails with Docker's words; nothing is claimed then. */
    public Claim claim(String containerId, List<Wanted> wanted) {
        Claim claim = new Claim(containerId);
        boolean done = false;
        try {
            wanted.forEach(claim::add);
            done = true;
            return claim;
        } finally {
            if (!done) {
                claim.abandon();
            }
        }
    }

    /** A container of an earlier engine has these volumes, and uses them if it runs. */
    void adopt(String containerId, List<String> ids, boolean running) {
        for (String id : ids) {
            LiveVolume volume = registry.byId(id);
            if (volume != null) {
                volume.users.add(containerId);
                registry.use(volume, containerId, running);
            }
        }
    }

    private LiveVolume live(String id) {
        LiveVolume volume = registry.byId(id);
        if (volume == null) {
            throw EngineException.notFound("get " + id + ": no such volume");
        }
        return volume;
    }

    /** Where a volume's files are on the host, for a container that is about to start. */
    public Path open(String id, String containerId, String destination, boolean readOnly) {
        LiveVolume volume = live(id);
        volume.lock.lock();
        try {
            Path path = content.open(volume);
            registry.use(volume, containerId, true);
            events.mounted(volume.view, containerId, destination, readOnly);
            return path;
        } finally {
            volume.lock.unlock();
        }
    }

    /** Where a volume's files are on the host, for somebody who looks at them. */
    public Path look(String id) {
        LiveVolume volume = live(id);
        volume.lock.lock();
        try {
            return content.open(volume);
        } finally {
            volume.lock.unlock();
        }
    }

    /** Whether a volume's files are its own, and not somewhere else on the host. */
    public boolean isPlain(String id) {
        LocalOptions options = live(id).options;
        return !options.isBind() && !options.isMounted();
    }

    /** Removes those of these volumes that have no names of their own and that nobody has. */
    public void removeUnused(List<String> ids) {
        for (String id : ids) {
            LiveVolume volume = registry.byId(id);
            if (volume != null
                    && volume.view.anonymous()
                    && registry.usersOf(volume).isEmpty()) {
                service.remove(volume.view.name(), true);
            }
        }
    }

    /** Whether a volume's own options keep everybody from writing to it. */
    public boolean isReadOnly(String id) {
        return live(id).options.readOnly();
    }

    /** What an image has where a volume is mounted; null where it has no directory there. */
    @FunctionalInterface
    public interface ImageContent {
        /** Opens it for reading. */
        @Nullable
        Fd open() throws IOException;
    }

    /** Fills a volume that nobody has used yet with what the image of its first container has in its place. */
    public void fill(String id, ImageContent image) {
        LiveVolume volume = live(id);
        volume.lock.lock();
        try {
            if (volume.populated) {
                return;
            }
            try (Fd from = image.open()) {
                if (from != null) {
                    content.fill(volume, from, registry.isUsed(volume));
                }
            }
            store.populated(id);
            volume.populated = true;
        } catch (IOException e) {
            throw EngineException.internal(
                    "volume " + volume.view.name() + " cannot be filled from the image: " + e.getMessage(), e);
        } finally {
            volume.lock.unlock();
        }
    }

    /** Whether {@link #fill} has still to be called. */
    public boolean isFresh(String id) {
        return !live(id).populated;
    }

    /** A container has ended: what was mounted only for it is taken away. */
    public void ended(String containerId) {
        for (LiveVolume volume : registry.all()) {
            if (!registry.isUsedBy(volume, containerId)) {
                continue;
            }
            volume.lock.lock();
            try {
                registry.use(volume, containerId, false);
                if (!registry.isUsed(volume)) {
                    content.close(volume);
                }
                events.unmounted(volume.view, containerId);
            } catch (IOException e) {
                LOG.warn("Volume {} stays mounted: {}", volume.view.name(), e.getMessage());
            } finally {
                volume.lock.unlock();
            }
        }
    }

    /** The volumes without names of their own that only this container has. */
    public List<String> ownOf(String containerId) {
        return registry.all().stream()
                .filter(volume ->
                        volume.view.anonymous() && registry.usersOf(volume).equals(Set.of(containerId)))
                .map(volume -> volume.view.id())
                .toList();
    }

    /** Records that these go with their container, in the transaction that records the same of that one. */
    public void recordRemoval(List<String> ids) {
        ids.forEach(store::removing);
    }

    /** A container is gone, and these volumes with it. */
    public void forget(String containerId, List<String> ids) {
        registry.release(containerId);
        for (String id : ids) {
            LiveVolume volume = registry.byId(id);
            if (volume != null && registry.beginRemoval(volume).isEmpty()) {
                volume.lock.lock();
                try {
                    service.finishRemoval(volume);
                } catch (EngineException e) {
                    LOG.warn("{}", e.getMessage());
                } finally {
                    volume.lock.unlock();
                }
            }
        }
    }
}
