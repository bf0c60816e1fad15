package dev.lighter.volume;

import dev.lighter.error.EngineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** All volumes in memory, by name and by id. Safe for all threads. */
@Component
class VolumeRegistry {
    private final Map<String, LiveVolume> byName = new HashMap<>();
    private final Map<String, LiveVolume> byId = new HashMap<>();

    synchronized List<LiveVolume> all() {
        return new ArrayList<>(byId.values());
    }

    synchronized @Nullable LiveVolume named(String name) {
        return byName.get(name);
    }

    /** The volume with this name or id. Fails with NOT_FOUND. */
    synchronized LiveVolume find(String reference) {
        LiveVolume volume = byName.get(reference);
        volume = volume == null ? byId.get(reference) : volume;
        if (volume == null || volume.removing) {
            throw EngineException.notFound("get " + reference + ": no such volume");
        }
        return volume;
    }

    synchronized @Nullable LiveVolume byId(String id) {
        return byId.get(id);
    }

    /** Adds a volume. Fails with CONFLICT where its name is taken. */
    synchronized void add(LiveVolume volume) {
        if (byName.containsKey(volume.view.name())) {
            throw EngineException.conflict("a volume with the name " + volume.view.name() + " exists already");
        }
        byName.put(volume.view.name(), volume);
        byId.put(volume.view.id(), volume);
    }

    synchronized void remove(LiveVolume volume) {
        byName.remove(volume.view.name(), volume);
        byId.remove(volume.view.id());
    }

    /** Gives a volume another name. Fails with CONFLICT where the name is taken. */
    synchronized void rename(LiveVolume volume, Volume renamed) {
        if (byName.putIfAbsent(renamed.name(), volume) != null) {
            throw EngineException.conflict("a volume with the name " + renamed.name() + " exists already");
        }
        byName.remove(volume.view.name(), volume);
        volume.view = renamed;
    }

    /** The volume of a name, or a new one that is added; from then on a container has it among its mounts. */
    synchronized LiveVolume claim(String name, String containerId, Supplier<LiveVolume> made) {
        LiveVolume volume = byName.get(name);
        if (volume != null && volume.removing) {
            throw EngineException.conflict("volume " + name + " is being removed: try again");
        }
        if (volume == null) {
            volume = made.get();
            add(volume);
        }
        volume.users.add(containerId);
        return volume;
    }

    /** A container has a volume that is there. Fails with NOT_FOUND. */
    synchronized LiveVolume claim(String id, String containerId) {
        LiveVolume volume = find(id);
        volume.users.add(containerId);
        return volume;
    }

    /** Nobody may have it from now on; gives the containers that have it, in which case nothing changes. */
    synchronized Set<String> beginRemoval(LiveVolume volume) {
        if (volume.users.isEmpty()) {
            volume.removing = true;
        }
        return Set.copyOf(volume.users);
    }

    synchronized Set<String> usersOf(LiveVolume volume) {
        return Set.copyOf(volume.users);
    }

    /** A container has none of these any more. */
    synchronized void release(String containerId) {
        for (LiveVolume volume : byId.values()) {
            volume.users.remove(containerId);
            volume.running.remove(containerId);
        }
    }

    /** A container uses a volume, or does so no more. */
    synchronized void use(LiveVolume volume, String containerId, boolean uses) {
        if (uses) {
            volume.running.add(containerId);
        } else {
            volume.running.remove(containerId);
        }
    }

    synchronized boolean isUsedBy(LiveVolume volume, String containerId) {
        return volume.running.contains(containerId);
    }

    synchronized boolean isUsed(LiveVolume volume) {
        return !volume.running.isEmpty();
    }
}
