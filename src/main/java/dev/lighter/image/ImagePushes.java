package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.image.registry.RegistryConnections;
import dev.lighter.image.registry.RegistryRepository;
import dev.lighter.image.registry.RegistrySettings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** What all pushes share, and how a push is told. Safe for all threads. */
final class ImagePushes {
    private final ImageCatalog catalog;
    private final ImagePublishing publishing;
    private final EventService events;
    private final RegistryConnections connections;
    private final RegistrySettings settings;
    private final Transfers transfers;

    ImagePushes(
            ImageCatalog catalog,
            ImagePublishing publishing,
            EventService events,
            RegistryConnections connections,
            RegistrySettings settings,
            Transfers transfers) {
        this.catalog = catalog;
        this.publishing = publishing;
        this.events = events;
        this.connections = connections;
        this.settings = settings;
        this.transfers = transfers;
    }

    ImageIndex index() {
        return catalog.index();
    }

    ImagePublishing publishing() {
        return publishing;
    }

    Executor threads() {
        return transfers.threads();
    }

    Semaphore newTurns() {
        return new Semaphore(settings.uploads());
    }

    /** Pushes, or joins in where the same is being pushed. */
    void push(PushRequest request, TransferProgress progress) {
        ImageReference name = request.reference();
        Map<ImageReference, String> images = images(name);
        if (images.isEmpty()) {
            throw EngineException.notFound(
                    "An image does not exist locally with the tag: " + name.familiarRepository());
        }
        checkPlatform(request, images);
        transfers.run(request, transfer -> carryOut(request, images, transfer), progress);
    }

    private void checkPlatform(PushRequest request, Map<ImageReference, String> images) {
        if (request.platform().isEmpty()) {
            return;
        }
        ImagePlatform wanted = ImagePlatform.of(request.platform());
        images.forEach((name, id) -> {
            ImageIndex.Entry image = catalog.index().byId(id);
            ImagePlatform actual = image == null
                    ? wanted
                    : new ImagePlatform(
                            image.file().os(),
                            image.file().architecture(),
                            image.file().variant());
            if (!wanted.accepts(actual)) {
                throw EngineException.notFound("image " + name.familiar() + " does not provide the specified platform ("
                        + wanted + "): it is for " + actual);
            }
        });
    }

    /** The names that are meant, with the ids of their images. */
    private Map<ImageReference, String> images(ImageReference name) {
        Map<ImageReference, String> images = new LinkedHashMap<>();
        if (name.tag() != null) {
            ImageIndex.Entry image = catalog.index().named(name);
            if (image != null) {
                images.put(name, image.stored().id());
            }
            return images;
        }
        for (ImageIndex.Entry image : catalog.index().everything()) {
            for (String other : image.names()) {
                ImageReference reference = ImageReference.parse(other);
                if (!image.stored().removed() && reference.repository().equals(name.repository())) {
                    images.put(reference, image.stored().id());
                }
            }
        }
        return images;
    }

    private void carryOut(PushRequest request, Map<ImageReference, String> images, Transfer transfer) {
        ImageReference repository = request.reference();
        transfer.tell(TransferEvent.of("The push refers to repository [" + repository.repository() + "]"));
        RegistryRepository target = connections.push(repository.domain(), repository.path(), request.credentials());
        try {
            for (Map.Entry<ImageReference, String> image : images.entrySet()) {
                new ImagePush(this, target, image.getKey(), transfer).run(image.getValue());
                ImageReference name = image.getKey();
                var ignored = transfer.guarded(() -> {
                    events.publish("image", "push", name.familiar(), Map.of("name", name.familiarRepository()));
                    return name;
                });
            }
        } catch (IOException e) {
            throw RegistryFailures.push(e);
        }
    }
}
