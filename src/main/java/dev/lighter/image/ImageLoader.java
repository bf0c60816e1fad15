package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Loads archives of images; what fails leaves nothing behind. Safe for all threads, any number of loads at a time. */
@Component
class ImageLoader {
    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final EventService events;

    ImageLoader(ImageCatalog catalog, ImageDirectories directories, ImageSettings settings, EventService events) {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
        this.events = events;
    }

    List<LoadedImage> load(InputStream archive, @Nullable ImagePlatform platform, LoadProgress progress) {
        try (LoadAttempt attempt = new LoadAttempt(directories, settings);
                ArchiveContent content = new ArchiveContent(attempt, catalog.index(), progress)) {
            content.read(archive);
            List<LoadedImage> loaded = new ArrayList<>();
            for (ArchiveManifests.Found image : new ArchiveManifests(content, platform).images()) {
                loaded.addAll(keep(attempt, image, progress));
            }
            return loaded;
        } catch (IOException e) {
            throw reason(e);
        }
    }

    private List<LoadedImage> keep(LoadAttempt attempt, ArchiveManifests.Found image, LoadProgress progress)
            throws IOException {
        String id;
        Map<String, String> formers = new LinkedHashMap<>();
        List<LoadedImage> loaded = new ArrayList<>();
        // Without names it could be removed by somebody else before it gets them.
        try (ImageCatalog.Change change = catalog.change()) {
            id = catalog.add(attempt, image.draft());
            for (ImageReference name : image.names()) {
                String former = catalog.name(id, name);
                if (former != null) {
                    formers.put(name.familiar(), former);
                }
                if (image.index() != null) {
                    String digest = Sha256.of(image.index());
                    ImageReference byDigest = ImageReference.parse(name.repository() + "@" + digest);
                    catalog.nameByDigest(attempt, id, byDigest, image.index());
                }
                loaded.add(new LoadedImage(name.familiar(), id));
            }
        }
        formers.forEach(progress::replaced);
        if (loaded.isEmpty()) {
            loaded.add(new LoadedImage("", id));
        }
        for (LoadedImage one : loaded) {
            events.publish("image", "load", id, Map.of("name", one.name().isEmpty() ? id : one.name()));
            progress.loaded(one);
        }
        return loaded;
    }

    /** The sentence for users: a full disk is the machine's failure, anything that is wrong with the bytes is the archive's. */
    static EngineException reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        boolean full = e instanceof ErrnoException errno && (errno.is(Errno.ENOSPC) || errno.is(Errno.EDQUOT))
                || message.contains("No space left on device")
                || message.contains("Disk quota exceeded");
        if (full) {
            return EngineException.internal(
                    "no space left on device: nothing of the archive was kept; free some space and load it again", e);
        }
        if (e instanceof ErrnoException || e instanceof FileSystemException) {
            return EngineException.internal("the archive cannot be unpacked: " + message, e);
        }
        return new EngineException(EngineException.Kind.INVALID, "the archive cannot be loaded: " + message, e);
    }
}
