package dev.lighter.registry;

import dev.lighter.image.ContentStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Service;

/** What there is: repositories, tags, and manifests that are about another one. Safe for all threads. */
@Service
public class Discovery {
    /** The order of tags and repositories, OCI distribution specification, listing tags: letters of either case together. */
    public static final Comparator<String> ORDER =
            String.CASE_INSENSITIVE_ORDER.thenComparing(Comparator.naturalOrder());

    private final RegistryStore store;
    private final LocalRepositories local;
    private final ContentStore content;

    Discovery(RegistryStore store, LocalRepositories local, ContentStore content) {
        this.store = store;
        this.local = local;
        this.content = content;
    }

    /** A manifest that is about another one. */
    public record Referrer(String mediaType, String digest, long sizeBytes, String artifactType) {}

    /** The names of all repositories, in order. */
    public List<String> repositories() {
        Set<String> all = new TreeSet<>(ORDER);
        all.addAll(store.repositories());
        all.addAll(local.repositories());
        return List.copyOf(all);
    }

    /** The tags of a repository, in order. Fails with NAME_UNKNOWN. */
    public List<String> tags(Repository repository) {
        Set<String> named = local.tags(repository);
        Set<String> all = new TreeSet<>(ORDER);
        all.addAll(named);
        // A tag that is there beside a name is the same or replaced by it; one whose name went is gone.
        store.tags(repository).stream().filter(tag -> tag.imageId() == null).forEach(tag -> all.add(tag.tag()));
        if (all.isEmpty() && !store.repositories().contains(repository.name())) {
            throw new RegistryException(
                    RegistryError.NAME_UNKNOWN, "repository name not known to registry: " + repository.name());
        }
        return List.copyOf(all);
    }

    /** The manifests of a repository that are about another one, in the order of their digests. */
    public List<Referrer> referrers(Repository repository, String subject) {
        return store.referrers(repository, subject).stream()
                .map(manifest -> new Referrer(
                        manifest.mediaType(), manifest.digest(), manifest.sizeBytes(), manifest.artifactType()))
                .toList();
    }

    /** What a referrer says of itself; nothing where it was deleted just now. */
    public Map<String, String> annotations(Referrer referrer) {
        return content.size(referrer.digest()).isEmpty()
                ? Map.of()
                : ManifestDocument.parse(content.read(referrer.digest(), Manifests.MOST_BYTES), referrer.mediaType())
                        .annotations();
    }
}
