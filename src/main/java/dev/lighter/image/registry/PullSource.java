package dev.lighter.image.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an image is pulled from: the mirrors that are configured for its registry, and the registry. A mirror that does not give what is
 * wanted is passed over. Safe for all threads.
 */
public final class PullSource {
    private final List<RegistryRepository> repositories;

    PullSource(List<RegistryRepository> repositories) {
        this.repositories = List.copyOf(repositories);
    }

    /** The manifest or index with this tag or digest, from the first that has it. Fails as the registry itself does. */
    public RegistryManifest manifest(String reference) throws IOException {
        for (RegistryRepository mirror : repositories.subList(0, repositories.size() - 1)) {
            try {
                return mirror.manifest(reference);
            } catch (RegistryException e) {
                // The registry itself has the last word.
                continue;
            }
        }
        return registry().manifest(reference);
    }

    /** All tags that the registry itself has. */
    public List<String> tags() throws IOException {
        return registry().tags();
    }

    /** Whether others than the registry itself are asked. */
    public boolean hasMirrors() {
        return repositories.size() > 1;
    }

    /** The registry itself alone. */
    public PullSource withoutMirrors() {
        return new PullSource(List.of(registry()));
    }

    private RegistryRepository registry() {
        return repositories.get(repositories.size() - 1);
    }

    /** Opens a blob of this size from an offset on; nothing is asked before it is read. */
    public BlobReader blob(String digest, long sizeBytes, long offset) {
        return new BlobReader(new ArrayList<>(repositories), digest, sizeBytes, offset);
    }
}
