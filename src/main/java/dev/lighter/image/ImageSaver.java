package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Finds what is to be saved, has it made ready for leaving, and holds on to its blobs while they are written. */
@Component
class ImageSaver implements ImageArchives {
    private final ImageCatalog catalog;
    private final ImageService images;
    private final ImagePublishing publishing;
    private final ImageDirectories directories;
    private final ImageSettings settings;

    ImageSaver(
            ImageCatalog catalog,
            ImageService images,
            ImagePublishing publishing,
            ImageDirectories directories,
            ImageSettings settings) {
        this.catalog = catalog;
        this.images = images;
        this.publishing = publishing;
        this.directories = directories;
        this.settings = settings;
    }

    @Override
    public Archive open(List<String> references, String platform) {
        if (references.isEmpty()) {
            throw EngineException.invalid("no image was named: say which to save");
        }
        Map<String, Set<ImageReference>> asked = new LinkedHashMap<>();
        for (String reference : references) {
            add(asked, reference);
        }
        if (!platform.isEmpty()) {
            ImagePlatform wanted = ImagePlatform.parse(platform);
            asked.keySet().forEach(id -> wanted.require(id, images.get(id)));
        }
        LoadAttempt attempt = null;
        boolean ready = false;
        try {
            List<SavedImages.Saved> saved = new ArrayList<>();
            attempt = new LoadAttempt(directories, settings);
            for (Map.Entry<String, Set<ImageReference>> image : asked.entrySet()) {
                PublishedImage published = publishing.publish(image.getKey());
                lease(attempt, published);
                saved.add(new SavedImages.Saved(published, platform(image.getKey()), List.copyOf(image.getValue())));
            }
            ready = true;
            return new SavedImages(attempt, saved);
        } catch (IOException e) {
            throw EngineException.internal("the images cannot be read: " + e.getMessage(), e);
        } finally {
            if (attempt != null && !ready) {
                SavedImages.close(attempt);
            }
        }
    }

    private void add(Map<String, Set<ImageReference>> asked, String text) {
        boolean byId = text.startsWith(Sha256.PREFIX) || Sha256.isHex(text);
        ImageReference reference = byId ? null : ImageReference.parse(text);
        if (reference != null && reference.tag() == null && reference.digest() == null) {
            Map<ImageReference, String> tags = catalog.index().tags(reference);
            if (!tags.isEmpty()) {
                tags.forEach((name, id) ->
                        asked.computeIfAbsent(id, key -> new LinkedHashSet<>()).add(name));
                return;
            }
        }
        ImageDetails image = images.get(text);
        Set<ImageReference> names = asked.computeIfAbsent(image.id(), key -> new LinkedHashSet<>());
        if (reference != null
                && reference.digest() == null
                && image.repoTags().contains(reference.orLatest().familiar())) {
            names.add(reference.orLatest());
        }
    }

    private ImagePlatform platform(String id) {
        ImageDetails image = images.get(id);
        return new ImagePlatform(image.os(), image.architecture(), image.variant());
    }

    private static void lease(LoadAttempt attempt, PublishedImage image) throws IOException {
        List<String> blobs = new ArrayList<>();
        blobs.add(image.config().digest());
        image.layers().forEach(layer -> blobs.add(layer.digest()));
        for (String blob : blobs) {
            if (!attempt.lease(blob)) {
                throw EngineException.notFound("No such image: " + image.imageId());
            }
        }
    }
}
