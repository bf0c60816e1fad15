package dev.lighter.registry;

import dev.lighter.image.BlobDescriptor;
import dev.lighter.image.ContentStore;
import dev.lighter.image.IncomingBlob;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** The blobs of repositories: those that were pushed, and those of the local images. Safe for all threads. */
@Service
public class Blobs {
    /** How fresh the note is at least that a blob was asked for: whoever pushes asks, and counts on it afterwards. */
    private static final Duration TOUCH_STEP = Duration.ofMinutes(10);

    private static final String OCTETS = "application/octet-stream";

    private final RegistryStore store;
    private final LocalRepositories local;
    private final ContentStore content;

    Blobs(RegistryStore store, LocalRepositories local, ContentStore content) {
        this.store = store;
        this.local = local;
        this.content = content;
    }

    /** A blob of a repository. */
    public Optional<BlobDescriptor> find(Repository repository, String digest) {
        Optional<RepositoryBlob> pushed = store.blob(repository, digest);
        if (pushed.isPresent()) {
            if (content.size(digest).isEmpty()) {
                return Optional.empty();
            }
            store.touch(pushed.get(), Instant.now().minus(TOUCH_STEP));
            return Optional.of(new BlobDescriptor(OCTETS, digest, pushed.get().sizeBytes()));
        }
        return local.blob(repository, digest);
    }

    /** The file of a blob that was found. */
    public Path file(BlobDescriptor blob) {
        return content.file(blob.digest());
    }

    /** Adds to a repository what was uploaded. */
    void add(Repository repository, IncomingBlob blob) {
        RepositoryBlob added = new RepositoryBlob(repository, blob.digest(), blob.sizeBytes());
        content.keep(List.of(blob), () -> store.addBlob(added));
    }

    /**
     * Adds to a repository a blob that is here already; gives whether it is.
     *
     * @param from the repository that has it; empty to look everywhere
     */
    public boolean mount(Repository repository, String digest, Optional<Repository> from) {
        if (from.isPresent() && find(from.get(), digest).isEmpty()) {
            return false;
        }
        boolean[] mounted = {false};
        content.keep(
                List.of(),
                () -> content.size(digest).ifPresent(size -> {
                    store.addBlob(new RepositoryBlob(repository, digest, size));
                    mounted[0] = true;
                }));
        return mounted[0];
    }

    /** Takes a blob from a repository; fails with BLOB_UNKNOWN, and with UNSUPPORTED where a manifest needs it. */
    public void delete(Repository repository, String digest) {
        content.release(() -> {
            RepositoryBlob blob = store.blob(repository, digest).orElse(null);
            if (blob == null) {
                if (local.blob(repository, digest).isPresent()) {
                    throw new RegistryException(
                            RegistryError.UNSUPPORTED,
                            "the blob " + digest + " is part of a local image: remove that instead");
                }
                throw unknown(repository, digest);
            }
            List<String> manifests = store.referring(repository, digest);
            if (!manifests.isEmpty()) {
                throw new RegistryException(
                        RegistryError.UNSUPPORTED,
                        "the blob " + digest + " is part of the manifest " + manifests.get(0)
                                + ": delete the manifest first");
            }
            store.deleteBlob(blob);
            return List.of(digest);
        });
    }

    /** What to say of a blob that is not there. */
    public static RegistryException unknown(Repository repository, String digest) {
        return new RegistryException(
                RegistryError.BLOB_UNKNOWN, "blob unknown to registry: " + repository.name() + " has no " + digest);
    }
}
