package dev.lighter.registry;

import dev.lighter.content.ContentOwners;
import dev.lighter.image.BlobOwners;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Tells which blobs the registry needs, where images decide what they delete and where the data directory is checked. */
@Component
class RegistryContents implements ContentOwners, BlobOwners {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryContents.class);
    private static final String BLOBS = "blobs/sha256/";
    private static final String PREFIX = "sha256:";

    private final RegistryStore store;

    RegistryContents(RegistryStore store) {
        this.store = store;
    }

    @Override
    public Set<String> needed(Collection<String> digests) {
        return store.needed(digests);
    }

    /** None: the registry's blobs are among those of the images, and uploads are what comes in there. */
    @Override
    public Set<String> directories() {
        return Set.of();
    }

    @Override
    public List<Content> contents() {
        List<Content> contents = new ArrayList<>();
        store.manifests().forEach(manifest -> contents.add(content(manifest.digest(), manifest.repository())));
        store.blobs().forEach(blob -> contents.add(content(blob.digest(), blob.repository())));
        return contents;
    }

    private static Content content(String digest, Repository repository) {
        return new Content(BLOBS + digest.substring(PREFIX.length()), "repository " + repository.name(), true);
    }

    @Override
    public void remove(String path) throws IOException {
        throw new IOException("the registry has no directory of its own: " + path);
    }

    /** The digest of something that the registry needs. */
    static String digest(Content content) {
        return PREFIX + content.path().substring(BLOBS.length());
    }

    /** What a repository lost it has no more; whoever pushes it again mends it. */
    @Override
    public String forget(Content missing) {
        String digest = digest(missing);
        List<String> forgotten = Stream.concat(
                        store.manifests().stream()
                                .filter(manifest -> manifest.digest().equals(digest))
                                .map(manifest -> {
                                    store.deleteManifest(manifest);
                                    return "the manifest from "
                                            + manifest.repository().name();
                                }),
                        store.blobs().stream()
                                .filter(blob -> blob.digest().equals(digest))
                                .map(blob -> {
                                    store.deleteBlob(blob);
                                    return "the blob from " + blob.repository().name();
                                }))
                .toList();
        if (!forgotten.isEmpty()) {
            LOG.warn("{} is missing: removed {}", digest, String.join(", ", forgotten));
        }
        return forgotten.isEmpty() ? "" : "removed " + String.join(", ", forgotten);
    }
}
