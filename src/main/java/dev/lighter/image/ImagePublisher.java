package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Gives images the form in which they leave. An image that came with a manifest leaves as it came. One without, from an archive of
 * Docker's, gets a manifest the first time that it is wanted: its layers, plain archives, are compressed, and the compressed form takes
 * the plain one's place on the disk. One image at a time, on all processors.
 */
@Component
class ImagePublisher implements ImagePublishing {
    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final ReentrantLock packing = new ReentrantLock();

    ImagePublisher(ImageCatalog catalog, ImageDirectories directories, ImageSettings settings) {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
    }

    @Override
    public PublishedImage publish(String imageId) {
        try {
            PublishedImage published = published(imageId);
            if (published == null) {
                packing.lock();
                try {
                    published = published(imageId);
                    if (published == null) {
                        make(known(imageId));
                        published = published(imageId);
                    }
                } finally {
                    packing.unlock();
                }
            }
            if (published == null) {
                throw EngineException.notFound("No such image: " + imageId);
            }
            return published;
        } catch (IOException e) {
            throw ImageLoader.reason(e);
        }
    }

    private ImageIndex.Entry known(String imageId) {
        ImageIndex.Entry image = catalog.index().byId(imageId);
        if (image == null) {
            throw EngineException.notFound("No such image: " + imageId);
        }
        return image;
    }

    private @Nullable PublishedImage published(String imageId) throws IOException {
        String digest = known(imageId).stored().manifestDigest();
        if (digest == null) {
            return null;
        }
        try {
            ImageManifest manifest = ImageManifest.parse(Files.readAllBytes(directories.blob(digest)));
            return new PublishedImage(
                    imageId, manifest.bytes(), manifest.descriptor(), manifest.config(), manifest.layers());
        } catch (NoSuchFileException removed) {
            throw EngineException.notFound("No such image: " + imageId);
        }
    }

    private void make(ImageIndex.Entry image) throws IOException {
        Map<String, String> replaced = new HashMap<>();
        Map<String, BlobDescriptor> byDiffId = new HashMap<>();
        try (LoadAttempt attempt = new LoadAttempt(directories, settings)) {
            List<BlobDescriptor> layers = new ArrayList<>();
            for (int i = 0; i < image.stored().layers().size(); i++) {
                String diffId = image.file().diffIds().get(i);
                String before = image.stored().layers().get(i).blobDigest();
                BlobDescriptor layer = byDiffId.get(diffId);
                if (layer == null) {
                    layer = layer(attempt, diffId, before);
                    byDiffId.put(diffId, layer);
                }
                if (!layer.digest().equals(before)) {
                    replaced.put(before, layer.digest());
                }
                layers.add(layer);
            }
            byte[] file = image.stored().config().getBytes(StandardCharsets.UTF_8);
            BlobDescriptor config =
                    new BlobDescriptor(MediaTypes.CONFIG, image.stored().id(), file.length);
            ImageManifest manifest = ImageManifest.of(config, layers);
            catalog.publish(attempt, image.stored().id(), manifest.bytes(), replaced);
        }
    }

    /** A compressed blob that is kept already, of this image or another one; or one that is made now. */
    private BlobDescriptor layer(LoadAttempt attempt, String diffId, String own) throws IOException {
        List<String> candidates = new ArrayList<>(List.of(own));
        candidates.addAll(catalog.index().blobsOf(diffId));
        for (String blob : candidates) {
            if (attempt.lease(blob)) {
                BlobDescriptor found = compressed(attempt, blob);
                if (found != null) {
                    return found;
                }
            }
        }
        Path source = attempt.blob(own);
        if (source == null) {
            throw EngineException.internal("the bytes of the layer " + own + " are not there", null);
        }
        return pack(attempt, source);
    }

    private static @Nullable BlobDescriptor compressed(LoadAttempt attempt, String blob) throws IOException {
        Path file = attempt.blob(blob);
        if (file == null) {
            return null;
        }
        byte[] start = new byte[8];
        int length;
        try (InputStream in = Files.newInputStream(file)) {
            length = in.readNBytes(start, 0, start.length);
        }
        String type =
                switch (Compression.of(start, length)) {
                    case GZIP -> MediaTypes.GZIP_LAYER;
                    case ZSTD -> MediaTypes.ZSTD_LAYER;
                    // No manifest has a word for the others, so they are compressed anew.
                    case NONE, XZ, BZIP2 -> null;
                };
        return type == null ? null : new BlobDescriptor(type, blob, Files.size(file));
    }

    private BlobDescriptor pack(LoadAttempt attempt, Path source) throws IOException {
        Path packed = attempt.newPath();
        MessageDigest sha256 = Sha256.start();
        try (InputStream in = Compression.expand(Files.newInputStream(source), attempt.budget());
                OutputStream out = new DigestOutputStream(
                        Files.newOutputStream(packed, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        sha256)) {
            ParallelGzip.pack(in, out);
        }
        String digest = Sha256.finish(sha256);
        attempt.addBlob(digest, packed);
        return new BlobDescriptor(MediaTypes.GZIP_LAYER, digest, Files.size(packed));
    }

    @Override
    public FileChannel open(String digest) throws IOException {
        if (!Sha256.isDigest(digest)) {
            throw EngineException.notFound("\"" + digest + "\" is no sha256 digest");
        }
        try {
            return FileChannel.open(directories.blob(digest), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw EngineException.notFound("No such blob: " + digest);
        }
    }
}
