package dev.lighter.container;

import dev.lighter.content.ContentOwners;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Tells which directories containers need; their names are taken before those are made and after they are gone. */
@Component
class ContainerContents implements ContentOwners {
    private static final String CONTAINERS = "containers";

    private final ContainerService containers;

    ContainerContents(ContainerService containers) {
        this.containers = containers;
    }

    @Override
    public Set<String> directories() {
        return Set.of(CONTAINERS);
    }

    @Override
    public List<Content> contents() {
        ContainerRegistry registry = containers.registry();
        return registry.ids().stream()
                .map(id -> new Content(CONTAINERS + "/" + id, "container " + id, registry.has(id)))
                .toList();
    }

    @Override
    public void remove(String path) throws IOException {
        containers.directories().delete(path.substring(CONTAINERS.length() + 1));
    }
}
