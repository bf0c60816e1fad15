package dev.lighter.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Images as one archive. The documents come first, so that whoever reads a stream knows what to expect; times are left out, so that the
 * same images give the same archive.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>
 */
final class SavedImages implements ImageArchives.Archive {
    private static final int BUFFER = 256 * 1024;
    private static final String BLOBS = "blobs/sha256/";
    private static final String NAME = "io.containerd.image.name";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    private final LoadAttempt attempt;
    private final List<Saved> images;

    /** One image with the names that the archive is to give it. */
    record Saved(PublishedImage image, ImagePlatform platform, List<ImageReference> names) {}

    SavedImages(LoadAttempt attempt, List<Saved> images) {
        this.attempt = attempt;
        this.images = images;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        document(tar, "oci-layout", Map.of("imageLayoutVersion", "1.0.0"));
        document(tar, "index.json", index());
        document(tar, "manifest.json", images.stream().map(SavedImages::docker).toList());
        Map<String, Map<String, String>> repositories = repositories();
        if (!repositories.isEmpty()) {
            document(tar, "repositories", repositories);
        }
        directory(tar, "blobs/");
        directory(tar, BLOBS);
        Set<String> written = new HashSet<>();
        byte[] buffer = new byte[BUFFER];
        for (Saved saved : images) {
            PublishedImage image = saved.image();
            if (written.add(image.manifestDescriptor().digest())) {
                bytes(tar, path(image.manifestDescriptor()), image.manifest());
            }
            List<BlobDescriptor> blobs = new ArrayList<>(List.of(image.config()));
            blobs.addAll(image.layers());
            for (BlobDescriptor blob : blobs) {
                if (written.add(blob.digest())) {
                    blob(tar, blob, buffer);
                }
            }
        }
        tar.finish();
        tar.flush();
    }

    private Map<String, Object> index() {
        List<Map<String, Object>> manifests = new ArrayList<>();
        for (Saved saved : images) {
            Map<String, Object> descriptor =
                    new LinkedHashMap<>(ImageManifest.json(saved.image().manifestDescriptor()));
            descriptor.put("platform", saved.platform().json());
            for (ImageReference name : saved.names()) {
                Map<String, Object> named = new LinkedHashMap<>(descriptor);
                named.put("annotations", Map.of(NAME, name.toString(), REF_NAME, String.valueOf(name.tag())));
                manifests.add(named);
            }
            if (saved.names().isEmpty()) {
                manifests.add(descriptor);
            }
        }
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaTypes.INDEX);
        index.put("manifests", manifests);
        return index;
    }

    private static Map<String, Object> docker(Saved saved) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("Config", path(saved.image().config()));
        entry.put(
                "RepoTags", saved.names().stream().map(ImageReference::familiar).toList());
        entry.put(
                "Layers", saved.image().layers().stream().map(SavedImages::path).toList());
        return entry;
    }

    /** Names with tags as the first versions of Docker wanted them. */
    private Map<String, Map<String, String>> repositories() {
        Map<String, Map<String, String>> repositories = new TreeMap<>();
        for (Saved saved : images) {
            for (ImageReference name : saved.names()) {
                repositories
                        .computeIfAbsent(name.familiarRepository(), key -> new TreeMap<>())
                        .put(
                                String.valueOf(name.tag()),
                                Sha256.hex(saved.image().config().digest()));
            }
        }
        return repositories;
    }

    private static String path(BlobDescriptor blob) {
        return BLOBS + Sha256.hex(blob.digest());
    }

    private static void document(TarArchiveOutputStream tar, String name, Object content) throws IOException {
        bytes(tar, name, ImageConfigFile.JSON.writeValueAsBytes(content));
    }

    private static void bytes(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        begin(tar, name, content.length);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
        entry.setMode(0755);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
        entry.setMode(0644);
        entry.setModTime(0);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }

    private void blob(TarArchiveOutputStream tar, BlobDescriptor blob, byte[] buffer) throws IOException {
        Path file = attempt.blob(blob.digest());
        if (file == null) {
            throw new NoSuchFileException(blob.digest());
        }
        begin(tar, path(blob), Files.size(file));
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                tar.write(buffer, 0, count);
            }
        }
        tar.closeArchiveEntry();
    }

    @Override
    public void close() {
        close(attempt);
    }

    static void close(LoadAttempt attempt) {
        try {
            attempt.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
