package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageUsers.ImageUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts what images take on the disk. Safe for all threads. */
final class ImageAccounts {
    private static final int MOST_KNOWN = 2000;

    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    /** What manifests are does not change, and lists ask for all of them. */
    private final Map<String, BlobDescriptor> manifests = new ConcurrentHashMap<>();

    ImageAccounts(ImageCatalog catalog, ImageDirectories directories) {
        this.catalog = catalog;
        this.directories = directories;
    }

    @Nullable
    BlobDescriptor manifest(ImageIndex.Entry image) {
        String digest = image.stored().manifestDigest();
        if (digest == null) {
            return null;
        }
        BlobDescriptor known = manifests.get(digest);
        if (known != null) {
            return known;
        }
        try {
            BlobDescriptor read = ImageManifest.parse(Files.readAllBytes(directories.blob(digest)))
                    .descriptor();
            if (manifests.size() >= MOST_KNOWN) {
                manifests.clear();
            }
            manifests.put(digest, read);
            return read;
        } catch (NoSuchFileException removed) {
            return null;
        } catch (IOException e) {
            throw EngineException.internal("the manifest cannot be read: " + e.getMessage(), e);
        }
    }

    ImageUsage usage(ImageIndex.Entry image, List<ImageUser> users) {
        ImageIndex index = catalog.index();
        Set<String> blobs = new HashSet<>(image.wantedBlobs());
        long blobBytes = blobBytes(blobs);
        blobs.retainAll(index.blobsBeside(image.stored().id()));
        return new ImageUsage(
                image.details(),
                image.details().sizeBytes(),
                blobBytes,
                index.sharedBytes(image) + blobBytes(blobs),
                users);
    }

    long bytesOnDisk() {
        ImageIndex index = catalog.index();
        long layers = index.layers().stream().mapToLong(StoredLayer::sizeBytes).sum();
        return layers + blobBytes(keptBlobs());
    }

    /** Also those that only others than images need. */
    private Set<String> keptBlobs() {
        try {
            return directories.blobNames().stream()
                    .map(name -> Sha256.PREFIX + name)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw EngineException.internal("the images cannot be measured: " + e.getMessage(), e);
        }
    }

    private long blobBytes(Set<String> digests) {
        try {
            long bytes = 0;
            for (String digest : digests) {
                bytes += directories.blobBytes(digest);
            }
            return bytes;
        } catch (IOException e) {
            throw EngineException.internal("the images cannot be measured: " + e.getMessage(), e);
        }
    }
}
