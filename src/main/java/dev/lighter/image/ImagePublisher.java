package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
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
 * Docker's or made here, gets a manifest the first time that it is wanted: its layers are packed and compressed, and the compressed form
 * takes the place that a plain one has on the disk. One image at a time, on all processors.
 */
@Component
class ImagePublisher implements ImagePublishing {
    private static final int BUFFER = 256 * 1024;

    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final ImageAssembly assembly;
    private final ReentrantLock packing = new ReentrantLock();

    ImagePublisher(ImageCatalog catalog, ImageDirectories directories, ImageSettings settings, ImageAssembly assembly) {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
        this.assembly = assembly;
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
                        assembly.awaitSettled(imageId);
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
        Map<String, String> blobs = new HashMap<>();
        Map<String, BlobDescriptor> packed = new HashMap<>();
        try (LoadAttempt attempt = new LoadAttempt(directories, settings)) {
            List<BlobDescriptor> layers = new ArrayList<>();
            for (int i = 0; i < image.stored().layers().size(); i++) {
                StoredImage.Layer layer = image.stored().layers().get(i);
                String diffId = image.details().diffIds().get(i);
                BlobDescriptor blob = packed.get(diffId);
                if (blob == null) {
                    blob = layer(attempt, diffId, layer);
                    packed.put(diffId, blob);
                }
                if (!blob.digest().equals(layer.blobDigest())) {
                    blobs.put(layer.layerId(), blob.digest());
                }
                layers.add(blob);
            }
            byte[] file = PublishedConfig.of(image);
            String digest = Sha256.of(file);
            if (!digest.equals(image.stored().id())) {
                attempt.addBlob(digest, file);
            }
            ImageManifest manifest =
                    ImageManifest.of(new BlobDescriptor(MediaTypes.CONFIG, digest, file.length), layers);
            catalog.publish(attempt, image.stored().id(), digest, manifest.bytes(), blobs);
        }
    }

    /** A compressed blob that is kept already, of this image or another one; or one that is made now. */
    private BlobDescriptor layer(LoadAttempt attempt, String diffId, StoredImage.Layer layer) throws IOException {
        List<String> candidates = new ArrayList<>(catalog.index().blobsOf(diffId));
        Path plain = null;
        for (String blob : candidates) {
            if (attempt.lease(blob)) {
                BlobDescriptor found = compressed(attempt, blob);
                if (found != null) {
                    return found;
                }
                plain = attempt.blob(blob);
            }
        }
        if (plain == null) {
            return pack(attempt, diffId, out -> LayerPacker.pack(directories.layer(layer.layerId()), out));
        }
        Path source = plain;
        return pack(attempt, diffId, out -> {
            try (InputStream in = Compression.expand(Files.newInputStream(source), attempt.budget())) {
                copy(in, out);
            }
        });
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
        String type = switch (Compression.of(start, length)) {
            case GZIP -> MediaTypes.GZIP_LAYER;
            case ZSTD -> MediaTypes.ZSTD_LAYER;
            // No manifest has a word for the others, so they are compressed anew.
            case NONE, XZ, BZIP2 -> null;
        };
        return type == null ? null : new BlobDescriptor(type, blob, Files.size(file));
    }

    /** Writes a layer's archive. */
    private interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    private BlobDescriptor pack(LoadAttempt attempt, String diffId, Source source) throws IOException {
        Path packed = attempt.newPath();
        MessageDigest plain = Sha256.start();
        MessageDigest sha256 = Sha256.start();
        try (OutputStream file = new DigestOutputStream(
                        Files.newOutputStream(packed, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        sha256);
                ParallelGzip gzip = new ParallelGzip(file)) {
            source.writeTo(new DigestOutputStream(gzip, plain));
            gzip.finish();
        }
        String found = Sha256.finish(plain);
        if (!found.equals(diffId)) {
            throw EngineException.internal(
                    "the layer " + diffId + " is not what it was on the disk: its digest is " + found, null);
        }
        String digest = Sha256.finish(sha256);
        attempt.addBlob(digest, packed);
        return new BlobDescriptor(MediaTypes.GZIP_LAYER, digest, Files.size(packed));
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
        }
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
