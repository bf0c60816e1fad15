package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.OutgoingBlob;
import dev.lighter.image.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Pushes one image under one name: first its blobs, as far as the registry does not have them, then its manifest. Belongs to one thread. */
final class ImagePush {
    private final ImagePushes shared;
    private final RegistryRepository target;
    private final ImageReference name;
    private final Transfer transfer;
    private final Semaphore turns;

    ImagePush(ImagePushes shared, RegistryRepository target, ImageReference name, Transfer transfer) {
        this.shared = shared;
        this.target = target;
        this.name = name;
        this.transfer = transfer;
        this.turns = shared.newTurns();
    }

    /** Runs until the registry has the image under its name. */
    void run(String imageId) throws IOException {
        ImageIndex.Entry image = shared.index().byId(imageId);
        List<String> diffIds = image == null ? List.of() : image.file().diffIds();
        List<String> ids = new ArrayList<>();
        for (int i = diffIds.size() - 1; i >= 0; i--) {
            ids.add(LayerPull.shortId(diffIds.get(i)));
            transfer.tell(TransferEvent.of(LayerPull.shortId(diffIds.get(i)), "Preparing"));
        }
        PublishedImage published = transfer.guarded(() -> shared.publishing().publish(imageId));
        try (Parts parts = new Parts(shared.threads())) {
            Set<String> begun = new HashSet<>();
            for (int i = 0; i < published.layers().size(); i++) {
                BlobDescriptor layer = published.layers().get(i);
                String id = i < diffIds.size() ? LayerPull.shortId(diffIds.get(i)) : LayerPull.shortId(layer.digest());
                if (begun.add(layer.digest())) {
                    parts.add(() -> layer(layer, id));
                }
            }
            BlobDescriptor config = published.config();
            if (begun.add(config.digest()) && !target.has(config.digest())) {
                var ignored = target.push(new Sent(config, null), "");
            }
            parts.await();
        }
        manifest(published);
    }

    private void layer(BlobDescriptor layer, String id) throws IOException {
        if (!turns.tryAcquire()) {
            transfer.tell(TransferEvent.of(id, "Waiting"));
            try {
                turns.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the transfer was interrupted");
            }
        }
        try {
            if (target.has(layer.digest())) {
                transfer.tell(TransferEvent.of(id, "Layer already exists"));
                return;
            }
            ImageReference other = otherRepository(layer.digest());
            boolean mounted = target.push(new Sent(layer, id), other == null ? "" : other.path());
            transfer.tell(TransferEvent.of(id, mounted && other != null ? "Mounted from " + other.path() : "Pushed"));
        } finally {
            turns.release();
        }
    }

    /** A repository of the same registry that an image with this blob has a name in. */
    private @Nullable ImageReference otherRepository(String digest) {
        for (ImageIndex.Entry image : shared.index().everything()) {
            if (image.stored().layers().stream()
                    .noneMatch(layer -> layer.blobDigest().equals(digest))) {
                continue;
            }
            for (String text : image.names()) {
                ImageReference other = ImageReference.parse(text);
                if (other.domain().equals(name.domain()) && !other.path().equals(name.path())) {
                    return other;
                }
            }
        }
        return null;
    }

    private void manifest(PublishedImage image) throws IOException {
        BlobDescriptor manifest = image.manifestDescriptor();
        String tag = String.valueOf(name.tag());
        String digest = target.putManifest(tag, manifest.mediaType(), image.manifest());
        if (Sha256.isDigest(digest) && !digest.equals(manifest.digest())) {
            throw EngineException.invalid("the registry has stored another manifest for " + name.familiar()
                    + " than was" + " sent: its digest is " + digest + " instead of " + manifest.digest());
        }
        transfer.tell(TransferEvent.of(tag + ": digest: " + manifest.digest() + " size: " + manifest.sizeBytes()));
        transfer.tell(TransferEvent.of(new TransferEvent.PushedTag(tag, manifest.digest(), manifest.sizeBytes())));
    }

    /** A blob that is kept here. */
    private final class Sent implements OutgoingBlob {
        private final BlobDescriptor blob;
        private final @Nullable String id;

        /** @param id what it is told as, or null where it is not worth it */
        Sent(BlobDescriptor blob, @Nullable String id) {
            this.blob = blob;
            this.id = id;
        }

        @Override
        public String digest() {
            return blob.digest();
        }

        @Override
        public long sizeBytes() {
            return blob.sizeBytes();
        }

        @Override
        public InputStream open(long offset) throws IOException {
            FileChannel channel = shared.publishing().open(blob.digest());
            channel.position(offset);
            return Channels.newInputStream(channel);
        }

        @Override
        public void sent(long bytes) {
            if (id != null) {
                transfer.tell(TransferEvent.of(id, "Pushing", bytes, blob.sizeBytes()));
            }
        }
    }
}
