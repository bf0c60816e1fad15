package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.image.registry.PullSource;
import dev.lighter.image.registry.RegistryConnections;
import dev.lighter.image.registry.RegistrySettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all pulls share, and how a pull is told. Safe for all threads. */
final class ImagePulls {
    private static final Logger LOG = LoggerFactory.getLogger(ImagePulls.class);

    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageSettings settings;
    private final EventService events;
    private final RegistryConnections connections;
    private final Transfers transfers;
    private final Downloads downloads;
    private final Semaphore turns;

    ImagePulls(
            ImageCatalog catalog,
            ImageDirectories directories,
            ImageSettings settings,
            EventService events,
            RegistryConnections connections,
            RegistrySettings registrySettings,
            Downloads downloads,
            Transfers transfers)
            throws IOException {
        this.catalog = catalog;
        this.directories = directories;
        this.settings = settings;
        this.events = events;
        this.connections = connections;
        this.transfers = transfers;
        this.downloads = downloads;
        this.turns = new Semaphore(registrySettings.downloads(), true);
        downloads.prune();
    }

    ImageCatalog catalog() {
        return catalog;
    }

    Downloads downloads() {
        return downloads;
    }

    Executor threads() {
        return transfers.threads();
    }

    Semaphore turns() {
        return turns;
    }

    LoadAttempt newAttempt() throws IOException {
        return new LoadAttempt(directories, settings);
    }

    /** Pulls, or joins in where the same is being pulled. */
    void pull(PullRequest request, TransferProgress progress) {
        // Fails before anybody is told anything.
        var ignored = ImagePlatform.of(request.platform());
        transfers.run(request, transfer -> carryOut(request, transfer), progress);
    }

    private void carryOut(PullRequest request, Transfer transfer) {
        ImageReference name = request.reference();
        try {
            PullSource source = connections.pull(name.domain(), name.path(), request.credentials());
            boolean isNew = false;
            if (name.tag() == null && name.digest() == null) {
                for (String tag : tags(source, name)) {
                    isNew |= pull(source, name.withTag(tag), request, transfer);
                }
            } else {
                isNew = pull(source, name, request, transfer);
            }
            transfer.tell(TransferEvent.of("Status: " + (isNew ? "Downloaded newer image" : "Image is up to date")
                    + " for " + name.familiar()));
        } catch (IOException e) {
            throw RegistryFailures.pull(name, e);
        } finally {
            prune();
        }
    }

    private static List<String> tags(PullSource source, ImageReference name) throws IOException {
        List<String> tags = source.tags().stream()
                .filter(ImageReference::isTag)
                .distinct()
                .sorted()
                .toList();
        if (tags.isEmpty()) {
            throw EngineException.notFound("the repository " + name.familiarRepository() + " has no tags");
        }
        return tags;
    }

    private boolean pull(PullSource source, ImageReference name, PullRequest request, Transfer transfer)
            throws IOException {
        ImagePull.Pulled pulled = new ImagePull(this, source, name, request.platform(), transfer).run();
        transfer.tell(TransferEvent.of("Digest: " + pulled.digest()));
        return transfer.guarded(() -> {
            events.publish("image", "pull", name.familiar(), Map.of("name", name.familiarRepository()));
            return pulled.isNew();
        });
    }

    private void prune() {
        try {
            downloads.prune();
        } catch (IOException e) {
            LOG.warn("Old downloads cannot be removed: {}", e.getMessage());
        }
    }
}
