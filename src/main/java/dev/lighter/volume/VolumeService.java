package dev.lighter.volume;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;

/** Volumes: made, found, renamed, copied, measured, removed. What is made or removed is recorded before. Safe for all threads. */
@Service
public class VolumeService {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeService.class);
    /** The only driver there is. */
    public static final String DRIVER = "local";

    private final VolumeStore store;
    private final VolumeRegistry registry;
    private final VolumeDirectories directories;
    private final VolumeContent content;
    private final VolumeEvents events;

    VolumeService(
            VolumeStore store,
            VolumeRegistry registry,
            VolumeDirectories directories,
            VolumeContent content,
            VolumeEvents events) {
        this.store = store;
        this.registry = registry;
        this.directories = directories;
        this.content = content;
        this.events = events;
    }

    /** What a removal took away. */
    public record Pruned(List<Volume> volumes, long bytes) {}

    /**
     * Makes a volume, or gives the one that has the name already, as Docker does. Fails with INVALID for options that make no sense and with
     * CONFLICT where one of the name was made with other options.
     */
    public Volume create(VolumeRequest request) {
        requireLocal(request.driver());
        LocalOptions.of(request.options());
        if (!request.name().isEmpty()) {
            VolumeNames.checked(request.name());
            LiveVolume existing = registry.named(request.name());
            if (existing != null) {
                return same(existing, request);
            }
        }
        LiveVolume made = planned(request.name(), request.options(), request.labels());
        registry.add(made);
        make(made);
        return made.view;
    }

    private static Volume same(LiveVolume existing, VolumeRequest request) {
        Volume volume = existing.view;
        if (existing.removing) {
            throw EngineException.conflict("volume " + volume.name() + " is being removed: try again");
        }
        if (!request.options().isEmpty() && !request.options().equals(volume.options())) {
            throw EngineException.conflict("a volume with the name " + volume.name()
                    + " already exists with other options: choose another name or remove it first");
        }
        return volume;
    }

    static void requireLocal(String driver) {
        if (!driver.isEmpty() && !driver.equals(DRIVER)) {
            throw EngineException.notFound("create: error looking up volume plugin " + driver + ": plugin \"" + driver
                    + "\" not found: the driver is " + DRIVER);
        }
    }

    static LiveVolume planned(String name, Map<String, String> options, Map<String, String> labels) {
        String id = VolumeNames.next();
        return new LiveVolume(
                new Volume(
                        id,
                        name.isEmpty() ? VolumeNames.next() : name,
                        Instant.now().truncatedTo(ChronoUnit.MICROS),
                        Map.copyOf(labels),
                        Map.copyOf(options),
                        name.isEmpty()),
                false);
    }

    /** Carries out what is in the registry already; takes it out again when that fails. */
    private void make(LiveVolume volume) {
        boolean done = false;
        boolean recorded = false;
        try {
            store.insert(volume.view, volume.populated);
            recorded = true;
            directories.make(volume.view.id());
            done = true;
        } catch (IOException e) {
            throw EngineException.internal(
                    "the directory of volume " + volume.view.name() + " cannot be made: " + e.getMessage(), e);
        } catch (DataIntegrityViolationException e) {
            throw new EngineException(
                    EngineException.Kind.CONFLICT,
                    "a volume with the name " + volume.view.name() + " exists already",
                    e);
        } finally {
            if (!done) {
                registry.remove(volume);
                if (recorded) {
                    store.delete(volume.view.id());
                }
            }
        }
        events.created(volume.view);
    }

    /** All volumes, by name. */
    public List<Volume> list() {
        return registry.all().stream()
                .filter(volume -> !volume.removing)
                .map(volume -> volume.view)
                .sorted(Comparator.comparing(Volume::name))
                .toList();
    }

    /** The volume with this name or id. Fails with NOT_FOUND. */
    public Volume get(String reference) {
        return registry.find(reference).view;
    }

    /** The volume with this id; null where it is gone. */
    public @Nullable Volume byId(String id) {
        LiveVolume volume = registry.byId(id);
        return volume == null ? null : volume.view;
    }

    /** Where a volume's files are on the host. */
    public Path mountpoint(Volume volume) {
        return directories.data(volume.id());
    }

    /** The ids of the containers that have a volume among their mounts. */
    public Set<String> usersOf(Volume volume) {
        LiveVolume live = registry.byId(volume.id());
        return live == null ? Set.of() : registry.usersOf(live);
    }

    /** Removes a volume with all it holds. Fails with CONFLICT while containers have it; with {@code force} nothing is said of one that is not there. */
    public void remove(String reference, boolean force) {
        LiveVolume volume;
        try {
            volume = registry.find(reference);
        } catch (EngineException e) {
            if (force && e.kind() == EngineException.Kind.NOT_FOUND) {
                return;
            }
            throw e;
        }
        Set<String> users = registry.beginRemoval(volume);
        if (!users.isEmpty()) {
            throw EngineException.conflict(
                    "remove " + volume.view.name() + ": volume is in use - [" + String.join(", ", users) + "]");
        }
        remove(volume);
    }

    private void remove(LiveVolume volume) {
        volume.lock.lock();
        try {
            store.removing(volume.view.id());
            finishRemoval(volume);
        } finally {
            volume.lock.unlock();
        }
    }

    /** Carries out a removal that is recorded. */
    void finishRemoval(LiveVolume volume) {
        try {
            directories.delete(volume.view.id());
        } catch (IOException e) {
            throw EngineException.internal(
                    "remove " + volume.view.name() + ": " + e.getMessage()
                            + ": the next start of the engine tries again",
                    e);
        }
        store.delete(volume.view.id());
        registry.remove(volume);
        events.destroyed(volume.view);
    }

    /** The volumes that no container has and that are meant. */
    public List<Volume> unused(Predicate<Volume> meant) {
        return registry.all().stream()
                .filter(volume -> !volume.removing && registry.usersOf(volume).isEmpty())
                .map(volume -> volume.view)
                .filter(meant)
                .sorted(Comparator.comparing(Volume::name))
                .toList();
    }

    /** Removes them. */
    public Pruned prune(Predicate<Volume> meant) {
        List<Volume> removed = new ArrayList<>();
        long bytes = 0;
        for (Volume volume : unused(meant)) {
            try {
                long size = size(volume.name());
                remove(volume.id(), false);
                bytes += size;
                removed.add(volume);
            } catch (EngineException e) {
                LOG.info("Volume {} is not pruned: {}", volume.name(), e.getMessage());
            }
        }
        events.pruned(bytes);
        return new Pruned(removed, bytes);
    }

    /** Gives a volume another name; containers that have it keep it. */
    public Volume rename(String reference, String wanted) {
        LiveVolume volume = registry.find(reference);
        VolumeNames.checked(wanted);
        volume.lock.lock();
        try {
            Volume before = volume.view;
            if (before.name().equals(wanted)) {
                throw EngineException.invalid("the volume has the name " + wanted + " already");
            }
            Volume renamed =
                    new Volume(before.id(), wanted, before.created(), before.labels(), before.options(), false);
            registry.rename(volume, renamed);
            boolean done = false;
            try {
                store.rename(before.id(), wanted);
                done = true;
            } finally {
                if (!done) {
                    registry.rename(volume, before);
                }
            }
            events.renamed(renamed, before.name());
            return renamed;
        } finally {
            volume.lock.unlock();
        }
    }

    /**
     * Makes a volume with the same files, all at once or not at all; bytes are shared where the filesystem can. Whoever writes meanwhile
     * may be in it or not: stop or pause them first.
     *
     * @param name of the new one; empty for a generated one
     */
    public Volume copy(String reference, String name, Map<String, String> labels) {
        LiveVolume source = registry.find(reference);
        if (!name.isEmpty()) {
            VolumeNames.checked(name);
        }
        LiveVolume made = planned(name, Map.of(), labels.isEmpty() ? source.view.labels() : labels);
        registry.add(made);
        made.lock.lock();
        try {
            make(made);
            try (Fd from = Fd.open(openToRead(source), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                content.fill(made, from, false);
                store.populated(made.view.id());
                made.populated = true;
            } catch (IOException e) {
                remove(made.view.id(), true);
                throw EngineException.internal(
                        "volume " + source.view.name() + " cannot be copied: " + e.getMessage(), e);
            }
            return made.view;
        } finally {
            made.lock.unlock();
        }
    }

    private Path openToRead(LiveVolume volume) {
        volume.lock.lock();
        try {
            return content.open(volume);
        } finally {
            volume.lock.unlock();
        }
    }

    /** How many bytes the files of a volume hold; those that would have to be mounted first count as nothing. */
    public long size(String reference) {
        LiveVolume volume = registry.find(reference);
        try {
            return volume.options.isMounted() && !directories.isMounted(volume.view.id()) ? 0 : content.size(volume);
        } catch (IOException e) {
            throw EngineException.internal(
                    "volume " + volume.view.name() + " cannot be measured: " + e.getMessage(), e);
        }
    }
}
