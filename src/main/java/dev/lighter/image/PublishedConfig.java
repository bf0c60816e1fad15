package dev.lighter.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An image's configuration in the form that leaves this machine: with the digests that the archives of its layers have. Stateless. */
final class PublishedConfig {
    private PublishedConfig() {}

    /** The file as it leaves. All layers must be settled, see {@link ImageAssembly#awaitSettled}. */
    static byte[] of(ImageIndex.Entry image) {
        List<String> diffIds = image.details().diffIds();
        return diffIds.equals(image.file().diffIds())
                ? image.stored().config().getBytes(StandardCharsets.UTF_8)
                : ImageConfigWriter.withDiffIds(image.stored().config(), diffIds);
    }

    /**
     * The id that an image has elsewhere; null where it is not known yet, or the same as here.
     *
     * @param diffIds as the configuration has them
     * @param layers the rows of these
     */
    static @Nullable String idOf(String id, String config, List<String> diffIds, List<StoredLayer> layers) {
        if (layers.stream().anyMatch(StoredLayer::pending)) {
            return null;
        }
        List<String> settled = layers.stream().map(StoredLayer::archiveDiffId).toList();
        if (settled.equals(diffIds)) {
            return null;
        }
        String published = Sha256.of(ImageConfigWriter.withDiffIds(config, settled));
        return published.equals(id) ? null : published;
    }
}
