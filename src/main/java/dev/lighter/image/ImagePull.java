package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.PullSource;
import dev.lighter.image.registry.RegistryException;
import dev.lighter.image.registry.RegistryManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Pulls one image: from its name in a registry to its names here. Belongs to one thread, which others bring layers for. */
final class ImagePull {
    private static final int DEEPEST_INDEX = 4;

    private final ImagePulls shared;
    private final PullSource source;
    private final ImageReference name;
    private final String platform;
    private final Transfer transfer;

    /** What was pulled. */
    record Pulled(String digest, boolean isNew) {}

    /**
     * @param name with a tag or a digest
     * @param platform as users write it, or empty
     */
    ImagePull(ImagePulls shared, PullSource source, ImageReference name, String platform, Transfer transfer) {
        this.shared = shared;
        this.source = source;
        this.name = name;
        this.platform = platform;
        this.transfer = transfer;
    }

    /** Runs until the image has its name. */
    Pulled run() throws IOException {
        ImagePlatform wanted = ImagePlatform.of(platform);
        String digest = name.digest();
        String reference = digest == null ? String.valueOf(name.tag()) : digest;
        RegistryManifest manifest = source.manifest(reference);
        RemoteContent top = RemoteContent.read(manifest, digest, name.familiar());
        transfer.tell(TransferEvent.of(reference, "Pulling from " + name.path()));
        RemoteContent.Image image = image(top, wanted, 0);
        ImageIndex.Entry former = shared.catalog().index().named(digest == null ? name : name.withDigest(digest));
        String id = image.config().digest();
        ImageIndex.Entry known = shared.catalog().index().byId(id);
        if (known != null && !known.stored().removed()) {
            checkPlatform(known.file(), wanted, top instanceof RemoteContent.Index);
            if (transfer.guarded(() -> keepNames(id, top))) {
                return new Pulled(
                        top.self().digest(),
                        former == null || !former.stored().id().equals(id));
            }
        }
        bring(image, top, wanted);
        return new Pulled(top.self().digest(), true);
    }

    /** Follows indexes to the image for a platform. */
    private RemoteContent.Image image(RemoteContent content, ImagePlatform wanted, int depth) throws IOException {
        if (content instanceof RemoteContent.Image image) {
            return image;
        }
        List<RemoteContent.Entry> entries = ((RemoteContent.Index) content).entries();
        RemoteContent.Entry chosen = entries.stream()
                .filter(entry -> entry.platform() != null && wanted.accepts(entry.platform()))
                .findFirst()
                .orElseGet(() -> entries.size() == 1 && entries.get(0).platform() == null ? entries.get(0) : null);
        if (chosen == null) {
            throw EngineException.notFound("no matching manifest for " + wanted + " in the manifest list entries: "
                    + name.familiar() + " is for "
                    + entries.stream()
                            .map(entry -> String.valueOf(entry.platform()))
                            .filter(one -> !one.startsWith("unknown/"))
                            .distinct()
                            .collect(Collectors.joining(", ")));
        }
        if (depth >= DEEPEST_INDEX) {
            throw EngineException.invalid("the registry's indexes for " + name.familiar() + " are nested too deep");
        }
        String digest = chosen.descriptor().digest();
        RegistryManifest manifest = source.manifest(digest);
        if (manifest.bytes().length != chosen.descriptor().sizeBytes()) {
            throw EngineException.invalid("the registry's manifest " + digest + " has " + manifest.bytes().length
                    + " bytes, its index says " + chosen.descriptor().sizeBytes());
        }
        return image(RemoteContent.read(manifest, digest, name.familiar()), wanted, depth + 1);
    }

    private void bring(RemoteContent.Image image, RemoteContent top, ImagePlatform wanted) throws IOException {
        Map<String, Downloads.Use> uses = new LinkedHashMap<>();
        boolean useless = true;
        try (LoadAttempt attempt = shared.newAttempt()) {
            Set<BlobDescriptor> layers = new LinkedHashSet<>();
            for (BlobDescriptor layer : image.layers()) {
                if (isKept(attempt, layer)) {
                    transfer.tell(TransferEvent.of(LayerPull.shortId(layer.digest()), "Already exists"));
                } else if (!uses.containsKey(layer.digest())) {
                    transfer.tell(TransferEvent.of(LayerPull.shortId(layer.digest()), "Pulling fs layer"));
                    uses.put(layer.digest(), shared.downloads().use(layer.digest()));
                    layers.add(layer);
                }
            }
            byte[] config;
            try (Parts parts = new Parts(shared.threads())) {
                for (BlobDescriptor layer : layers) {
                    Downloads.Use use = uses.get(layer.digest());
                    if (use != null) {
                        LayerPull pull = new LayerPull(layer, attempt, source, use, shared.turns(), transfer);
                        parts.add(pull::run);
                    }
                }
                config = config(image.config());
                ImageConfigFile file = ImageConfigFile.parse(config);
                checkPlatform(file, wanted, top instanceof RemoteContent.Index);
                parts.await();
            }
            var ignored = transfer.guarded(() -> keep(attempt, config, image, top));
        } catch (IOException e) {
            useless = !RegistryFailures.isInterruption(e);
            throw e;
        } finally {
            for (Downloads.Use use : uses.values()) {
                if (useless) {
                    use.done();
                }
                use.close();
            }
        }
    }

    private boolean isKept(LoadAttempt attempt, BlobDescriptor layer) throws IOException {
        String diffId = shared.catalog().index().diffId(layer.digest());
        if (diffId == null || !attempt.lease(layer.digest())) {
            return false;
        }
        attempt.addDiffId(layer.digest(), diffId);
        return true;
    }

    private byte[] config(BlobDescriptor config) throws IOException {
        byte[] bytes;
        try (InputStream in = source.blob(config.digest(), config.sizeBytes(), 0)) {
            bytes = in.readAllBytes();
        }
        String digest = Sha256.of(bytes);
        if (!digest.equals(config.digest())) {
            throw EngineException.invalid(
                    "the registry's configuration " + config.digest() + " has other bytes: their digest is " + digest);
        }
        return bytes;
    }

    /** An image of another architecture may be kept, where nothing else was asked for; one of another system is of no use. */
    private void checkPlatform(ImageConfigFile file, ImagePlatform wanted, boolean chosen) {
        ImagePlatform actual = new ImagePlatform(file.os(), file.architecture(), file.variant());
        if (!platform.isEmpty() && !chosen && !wanted.accepts(actual)) {
            throw EngineException.notFound("image with reference " + name.familiar()
                    + " was found but does not match the specified platform: wanted " + wanted + ", actual: " + actual);
        }
        if (!file.os().equals("linux")) {
            throw EngineException.invalid("image operating system \"" + RegistryException.clean(file.os())
                    + "\" cannot be used on this platform");
        }
    }

    private String keep(LoadAttempt attempt, byte[] config, RemoteContent.Image image, RemoteContent top)
            throws IOException {
        List<String> blobs = image.layers().stream().map(BlobDescriptor::digest).toList();
        // Without a name it could be removed by somebody else before it gets one.
        try (ImageCatalog.Change change = shared.catalog().change()) {
            String id = shared.catalog().add(attempt, new ImageDraft(config, image.bytes(), blobs));
            name(attempt, id, top);
            return id;
        }
    }

    /** Gives an image that is here already its names; false where it has gone meanwhile. */
    private boolean keepNames(String id, RemoteContent top) throws IOException {
        try (LoadAttempt attempt = shared.newAttempt();
                ImageCatalog.Change change = shared.catalog().change()) {
            ImageIndex.Entry known = shared.catalog().index().byId(id);
            if (known == null || known.stored().removed()) {
                return false;
            }
            name(attempt, id, top);
            return true;
        }
    }

    /** Its tag, and the digest of what the registry has under its name: of the index, where that is one. */
    private void name(LoadAttempt attempt, String id, RemoteContent top) throws IOException {
        if (name.digest() == null) {
            var ignored = shared.catalog().name(id, name);
        }
        shared.catalog().nameByDigest(attempt, id, name.withDigest(top.self().digest()), top.bytes());
    }
}
