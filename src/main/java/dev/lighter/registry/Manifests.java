package dev.lighter.registry;

import dev.lighter.image.BlobDescriptor;
import dev.lighter.image.ContentStore;
import dev.lighter.image.PublishedImage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Service;

/**
 * The manifests of repositories, by tag and by digest. A local name is a tag; where a tag was pushed, too, the pushed manifest answers as long as the
 * name is still the image that the push made, and the local image otherwise. Safe for all threads.
 */
@Service
public class Manifests {
    /** The largest manifest that is taken, OCI distribution specification, pushing manifests. */
    public static final int MOST_BYTES = 4 << 20;

    private final RegistryStore store;
    private final LocalRepositories local;
    private final ContentStore content;

    Manifests(RegistryStore store, LocalRepositories local, ContentStore content) {
        this.store = store;
        this.local = local;
        this.content = content;
    }

    /** A manifest's bytes and what they are. */
    public record Found(String mediaType, String digest, byte[] bytes) {}

    /** The manifest that a tag or digest means. */
    public Optional<Found> find(Repository repository, String reference) {
        if (Repository.isDigest(reference)) {
            return byDigest(repository, reference);
        }
        if (!Repository.isTag(reference)) {
            return Optional.empty();
        }
        Optional<StoredTag> pushed = store.tag(repository, reference);
        Optional<String> named = local.imageId(repository, reference);
        if (pushed.isPresent() && isValid(pushed.get(), named)) {
            return byDigest(repository, pushed.get().digest());
        }
        return named.map(imageId -> found(local.published(imageId)));
    }

    /** Whether a tag that was pushed still means what was pushed, and not what the local name says. */
    static boolean isValid(StoredTag pushed, Optional<String> named) {
        return Optional.ofNullable(pushed.imageId()).equals(named);
    }

    private Optional<Found> byDigest(Repository repository, String digest) {
        Optional<StoredManifest> pushed = store.manifest(repository, digest);
        if (pushed.isPresent()) {
            return content.size(digest).isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Found(pushed.get().mediaType(), digest, content.read(digest, MOST_BYTES)));
        }
        return local.byManifest(repository, digest).map(Manifests::found);
    }

    private static Found found(PublishedImage image) {
        BlobDescriptor descriptor = image.manifestDescriptor();
        return new Found(descriptor.mediaType(), descriptor.digest(), image.manifest());
    }

    /** The manifest in an index that is for this machine; for clients that know no indexes. */
    public Optional<Found> chosen(Repository repository, Found index) {
        ManifestDocument document = ManifestDocument.parse(index.bytes(), index.mediaType());
        return document.members().stream()
                .flatMap(member -> byDigest(repository, member.digest()).stream())
                .filter(member -> isForThisMachine(ManifestDocument.parse(member.bytes(), member.mediaType())))
                .findFirst();
    }

    private boolean isForThisMachine(ManifestDocument manifest) {
        BlobDescriptor config = manifest.config();
        return config != null
                && manifest.isImage()
                && content.size(config.digest()).isPresent()
                && content.isForThisMachine(content.read(config.digest(), MOST_BYTES));
    }

    /** Whether a media type is one of an index. */
    public static boolean isIndex(String mediaType) {
        return ManifestTypes.INDEXES.contains(mediaType);
    }

    /** Takes a tag away, and with it the local name; the manifest stays. Fails with MANIFEST_UNKNOWN. */
    public void deleteTag(Repository repository, String tag) {
        Optional<StoredTag> pushed = Repository.isTag(tag) ? store.tag(repository, tag) : Optional.empty();
        boolean named = Repository.isTag(tag) && local.tags(repository).contains(tag);
        if (pushed.isEmpty() && !named) {
            throw unknown(repository, tag);
        }
        // In this order: a tag whose name went first would look as if the image had been removed here.
        content.release(() -> {
            pushed.ifPresent(store::deleteTag);
            return Set.of();
        });
        if (named) {
            content.removeName(repository.image(tag));
        }
    }

    /**
     * Removes a manifest with all its tags, and the local image that it is, where that has no other names and nobody uses it. Blobs stay for
     * a while, for whoever is pushing something else with them. Fails with MANIFEST_UNKNOWN.
     */
    public void deleteManifest(Repository repository, String digest) {
        Optional<StoredManifest> pushed = store.manifest(repository, digest);
        Optional<PublishedImage> image = pushed.isPresent() ? Optional.empty() : local.byManifest(repository, digest);
        if (pushed.isEmpty() && image.isEmpty()) {
            throw unknown(repository, digest);
        }
        pushed.ifPresent(manifest -> {
            store.tags(repository).stream()
                    .filter(tag -> tag.digest().equals(digest))
                    .filter(tag -> isValid(tag, local.imageId(repository, tag.tag())))
                    .forEach(tag -> content.removeName(repository.image(tag.tag())));
            content.release(() -> {
                store.deleteManifest(manifest);
                return List.of(digest);
            });
            String imageId = manifest.imageId();
            if (imageId != null) {
                local.removeUnnamed(imageId);
            }
        });
        image.ifPresent(published -> local.remove(repository, published.imageId()));
    }

    /** What to say of a manifest that is not there. */
    public static RegistryException unknown(Repository repository, String reference) {
        return new RegistryException(
                RegistryError.MANIFEST_UNKNOWN, "manifest unknown: " + repository.name() + " has no " + reference);
    }
}
