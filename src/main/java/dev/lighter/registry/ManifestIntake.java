package dev.lighter.registry;

import dev.lighter.error.EngineException;
import dev.lighter.image.BlobDescriptor;
import dev.lighter.image.ContentStore;
import dev.lighter.image.IncomingBlob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Takes in manifests that are pushed. One that gets a tag and is an image for this machine, or an index with one, becomes a local image of that
 * name before the push has succeeded; what cannot be unpacked is kept all the same, because registries keep artifacts of any kind. The image comes
 * before the rows: an engine that is killed in between has an image too many, which the repeated push finds. Safe for all threads.
 */
@Service
public class ManifestIntake {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestIntake.class);

    private final RegistryStore store;
    private final LocalRepositories local;
    private final Manifests manifests;
    private final ContentStore content;

    ManifestIntake(RegistryStore store, LocalRepositories local, Manifests manifests, ContentStore content) {
        this.store = store;
        this.local = local;
        this.manifests = manifests;
        this.content = content;
    }

    /**
     * A manifest that was taken in.
     *
     * @param subject the digest of the manifest it is about
     * @param warning why it is no local image although it says that it is one; null where there is nothing to say
     */
    public record Pushed(
            String digest,
            @Nullable String subject,
            @Nullable String warning) {}

    private record Arrival(
            @Nullable String imageId, @Nullable String warning) {}

    /**
     * Keeps a manifest in a repository.
     *
     * @param reference the tag that it gets, or its digest
     * @param contentType its media type; empty where the client does not say
     */
    public Pushed put(Repository repository, String reference, String contentType, byte[] bytes) {
        boolean tagged = !reference.contains(":");
        if (tagged && !Repository.isTag(reference)) {
            throw new RegistryException(RegistryError.MANIFEST_INVALID, "invalid tag " + reference);
        }
        String expected = tagged ? "" : Repository.checkedDigest(reference);
        try (IncomingBlob incoming = content.receive()) {
            incoming.write(bytes, bytes.length);
            String digest = incoming.digest();
            if (!tagged && !digest.equals(expected)) {
                throw new RegistryException(
                        RegistryError.DIGEST_INVALID, "the manifest's digest is " + digest + ", not " + expected);
            }
            ManifestDocument document = ManifestDocument.parse(bytes, contentType);
            List<RepositoryBlob> blobs = blobs(repository, document);
            List<String> members = members(repository, document);
            Arrival arrival = tagged
                    ? arrive(repository, reference, document, bytes)
                    : new Arrival(
                            store.manifest(repository, digest)
                                    .map(StoredManifest::imageId)
                                    .orElse(null),
                            null);
            StoredManifest manifest = new StoredManifest(
                    repository,
                    digest,
                    document.mediaType(),
                    bytes.length,
                    document.artifactType(),
                    document.subject(),
                    arrival.imageId());
            StoredTag tag = tagged ? new StoredTag(repository, reference, digest, arrival.imageId()) : null;
            content.keep(List.of(incoming), () -> {
                blobs.forEach(blob -> checkKept(repository, blob.digest()));
                members.forEach(member -> checkKept(repository, member));
                store.put(manifest, blobs, members, tag);
            });
            if (tagged && arrival.imageId() == null) {
                // The tag means something else now than an image of this machine.
                content.removeName(repository.image(reference));
            }
            return new Pushed(digest, document.subject(), arrival.warning());
        }
    }

    private List<RepositoryBlob> blobs(Repository repository, ManifestDocument document) {
        List<BlobDescriptor> wanted = new ArrayList<>(document.layers());
        if (document.config() != null) {
            wanted.add(document.config());
        }
        Map<String, RepositoryBlob> found = new LinkedHashMap<>();
        for (BlobDescriptor descriptor : wanted) {
            String digest = descriptor.digest();
            Optional<Long> size = store.blob(repository, digest)
                    .map(RepositoryBlob::sizeBytes)
                    .or(() -> local.blob(repository, digest).map(BlobDescriptor::sizeBytes));
            if (size.isEmpty()) {
                if (document.foreign().contains(digest)) {
                    continue;
                }
                throw blobUnknown(repository, digest);
            }
            if (size.get() != descriptor.sizeBytes()) {
                throw new RegistryException(
                        RegistryError.MANIFEST_INVALID,
                        "manifest invalid: " + digest + " has " + size.get() + " bytes, the manifest says "
                                + descriptor.sizeBytes());
            }
            found.put(digest, new RepositoryBlob(repository, digest, size.get()));
        }
        return List.copyOf(found.values());
    }

    private List<String> members(Repository repository, ManifestDocument document) {
        for (BlobDescriptor member : document.members()) {
            if (manifests.find(repository, member.digest()).isEmpty()) {
                throw blobUnknown(repository, member.digest());
            }
        }
        return document.members().stream()
                .map(BlobDescriptor::digest)
                .distinct()
                .toList();
    }

    private void checkKept(Repository repository, String digest) {
        if (content.size(digest).isEmpty()) {
            throw blobUnknown(repository, digest);
        }
    }

    private static RegistryException blobUnknown(Repository repository, String digest) {
        return new RegistryException(
                RegistryError.MANIFEST_BLOB_UNKNOWN,
                "manifest references something unknown to the registry: " + repository.name() + " has no " + digest);
    }

    private Arrival arrive(Repository repository, String tag, ManifestDocument document, byte[] bytes) {
        try {
            byte[] manifest = bytes;
            ManifestDocument image = document;
            if (document.isIndex()) {
                Manifests.Found chosen = manifests
                        .chosen(repository, new Manifests.Found(document.mediaType(), "", bytes))
                        .orElse(null);
                if (chosen == null) {
                    return new Arrival(null, null);
                }
                manifest = chosen.bytes();
                image = ManifestDocument.parse(manifest, chosen.mediaType());
            }
            BlobDescriptor config = image.config();
            if (config == null || !image.isImage()) {
                return new Arrival(null, null);
            }
            byte[] configFile = content.read(config.digest(), Manifests.MOST_BYTES);
            if (!content.isForThisMachine(configFile)) {
                return new Arrival(null, null);
            }
            List<String> layers =
                    image.layers().stream().map(BlobDescriptor::digest).toList();
            return new Arrival(content.makeImage(configFile, manifest, layers, repository.image(tag)), null);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.INVALID) {
                throw e;
            }
            LOG.info(
                    "{}:{} was pushed and is kept, but it is no image to run: {}",
                    repository.name(),
                    tag,
                    e.getMessage());
            return new Arrival(null, "kept, but it is no image to run here: " + e.getMessage());
        }
    }
}
