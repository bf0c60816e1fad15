package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** All containers by id and by name, in memory. Safe for all threads; a name is taken before its container is there. */
final class ContainerRegistry {
    private final NavigableMap<String, Container> byId = new ConcurrentSkipListMap<>();
    private final Map<String, String> idsByName = new ConcurrentHashMap<>();

    /** Takes a name for an id. Fails with Docker's words when another container has it. */
    void reserve(String name, String id) {
        String owner = idsByName.putIfAbsent(name, id);
        if (owner != null) {
            throw EngineException.conflict("Conflict. The container name \"/" + name
                    + "\" is already in use by container \"" + owner
                    + "\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }

    boolean isTaken(String name) {
        return idsByName.containsKey(name);
    }

    /** The ids of all containers, and of those that are being made or removed. */
    Set<String> ids() {
        Set<String> ids = new HashSet<>(idsByName.values());
        ids.addAll(byId.keySet());
        return ids;
    }

    int count() {
        return byId.size();
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    void release(String name, String id) {
        idsByName.remove(name, id);
    }

    void add(Container container) {
        byId.put(container.id, container);
    }

    void remove(Container container) {
        byId.remove(container.id);
        release(container.name, container.id);
    }

    /** A container has another name from now on, which was reserved. */
    void renamed(Container container, String name) {
        String before = container.name;
        container.name = name;
        release(before, container.id);
    }

    Collection<Container> all() {
        return byId.values();
    }

    /** The container with this id, name, or unambiguous beginning of an id, in this order. */
    Container find(String reference) {
        Container exact = byId.get(reference);
        if (exact != null) {
            return exact;
        }
        String name = reference.startsWith("/") ? reference.substring(1) : reference;
        String id = idsByName.get(name);
        Container named = id == null ? null : byId.get(id);
        if (named != null) {
            return named;
        }
        if (!reference.isEmpty()) {
            Map.Entry<String, Container> first = byId.ceilingEntry(reference);
            if (first != null && first.getKey().startsWith(reference)) {
                String next = byId.higherKey(first.getKey());
                if (next != null && next.startsWith(reference)) {
                    throw EngineException.invalid("Multiple IDs found with provided prefix: " + reference);
                }
                return first.getValue();
            }
        }
        throw EngineException.notFound("No such container: " + reference);
    }
}
