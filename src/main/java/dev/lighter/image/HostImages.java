package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.image.host.HostCollection;
import dev.lighter.image.host.HostContent;
import dev.lighter.image.host.HostImageRequest;
import dev.lighter.image.host.HostSecrets;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Makes images of this host's own files: of commands, of paths, of installed packages. Safe for all threads. */
@Service
public class HostImages {
    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final EventService events;

    HostImages(ImageCatalog catalog, ImageDirectories directories, ImageSettings settings, EventService events) {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
        this.events = events;
    }

    /**
     * Makes an image and gives it its name, which it takes from another one that has it. The same files and the same request give the same
     * id. Fails with INVALID, naming the field, where the host does not have what is asked for or must not give it.
     */
    public HostImage make(HostImageRequest request) {
        ImageReference name = ImageReference.parse(request.name()).orLatest();
        if (name.digest() != null) {
            throw EngineException.invalid(
                    "name: " + request.name() + " has a digest, which nobody can choose; leave it out");
        }
        HostImageConfig.check(request);
        try (LoadAttempt attempt = new LoadAttempt(directories, settings)) {
            HostContent content = HostCollection.of(request, new HostSecrets(directories.data()));
            ImageDraft draft = HostImageConfig.draft(request, content, TreeLayer.pack(attempt, content.tree()));
            String id;
            try (ImageCatalog.Change change = catalog.change()) {
                id = catalog.add(attempt, draft);
                catalog.name(id, name);
            }
            events.publish("image", "tag", id, Map.of("name", name.familiar()));
            Map<String, String> leftOut = new LinkedHashMap<>();
            content.leftOut().forEach((path, reason) -> leftOut.put(path.toString(), reason));
            return new HostImage(
                    id, name.familiar(), sizeBytes(id), content.files(), content.packages(), content.users(), leftOut);
        } catch (IOException e) {
            throw EngineException.internal("the image cannot be made of the host's files: " + e.getMessage(), e);
        }
    }

    private long sizeBytes(String id) {
        ImageIndex.Entry entry = catalog.index().byId(id);
        return entry == null ? 0 : entry.details().sizeBytes();
    }
}
