package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.image.registry.Credentials;
import dev.lighter.image.registry.PullSource;
import dev.lighter.image.registry.RegistryConnections;
import dev.lighter.image.registry.RegistryException;
import dev.lighter.image.registry.RegistrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/** The way between the images of this machine and those of registries. */
@Service
class RegistryImages implements ImageTransfers, DisposableBean {
    private final ImageService images;
    private final RegistryConnections connections;
    private final Transfers transfers = new Transfers();
    private final ImagePulls pulls;
    private final ImagePushes pushes;

    RegistryImages(
            ImageService images,
            ImageCatalog catalog,
            ImageDirectories directories,
            ImageSettings settings,
            ImagePublishing publishing,
            EventService events,
            RegistrySettings registrySettings)
            throws IOException {
        this.images = images;
        this.connections = new RegistryConnections(registrySettings);
        this.pulls =
                new ImagePulls(catalog, directories, settings, events, connections, registrySettings, transfers);
        this.pushes = new ImagePushes(catalog, publishing, events, connections, registrySettings, transfers);
    }

    @Override
    public void pull(PullRequest request, TransferProgress progress) {
        // Its name is not a registry's: whoever had it there could put anything in its place.
        if (request.reference().orLatest().equals(StarterImage.NAME)) {
            ImageDetails made = images.make(request.reference().familiar());
            progress.event(TransferEvent.of("Status: Image is made from this host's files: " + made.id()));
            return;
        }
        check(request.reference(), request.credentials());
        pulls.pull(request, progress);
    }

    @Override
    public void push(PushRequest request, TransferProgress progress) {
        if (request.reference().digest() != null) {
            throw EngineException.invalid("cannot push a digest reference");
        }
        check(request.reference(), request.credentials());
        pushes.push(request, progress);
    }

    private static void check(ImageReference name, Credentials credentials) {
        if (!credentials.isEmpty() && !credentials.areFor(name.domain())) {
            throw EngineException.invalid("the credentials are for " + Credentials.hostOf(credentials.serverAddress())
                    + " and were not sent to " + name.domain() + ": say serveraddress \"" + name.domain()
                    + "\", or log in there");
        }
    }

    @Override
    public void authenticate(String server, Credentials credentials) {
        String host = server.isEmpty() ? "docker.io" : Credentials.hostOf(server);
        // Refuses what is no host before anything is sent there.
        ImageReference name = ImageReference.parse(host + "/" + "login");
        if (!name.domain().equals(host)) {
            throw EngineException.invalid("\"" + RegistryException.clean(server) + "\" is no address of a registry");
        }
        try {
            connections.check(host, credentials);
        } catch (RegistryException e) {
            if (e.reason() == RegistryException.Reason.UNAUTHORIZED || e.reason() == RegistryException.Reason.DENIED) {
                throw new EngineException(EngineException.Kind.UNAUTHORIZED, String.valueOf(e.getMessage()), e);
            }
            throw RegistryFailures.any(e);
        } catch (IOException e) {
            throw RegistryFailures.push(e);
        }
    }

    @Override
    public DistributedImage distribution(ImageReference reference, Credentials credentials) {
        ImageReference name = reference.orLatest();
        check(name, credentials);
        try {
            PullSource source = connections.pull(name.domain(), name.path(), credentials);
            String digest = name.digest();
            RemoteContent content = RemoteContent.read(
                    source.manifest(digest == null ? String.valueOf(name.tag()) : digest), digest, name.familiar());
            if (content instanceof RemoteContent.Index index) {
                return new DistributedImage(
                        index.self(),
                        index.entries().stream()
                                .map(RemoteContent.Entry::platform)
                                .filter(Objects::nonNull)
                                .map(RegistryImages::platform)
                                .toList());
            }
            BlobDescriptor config = ((RemoteContent.Image) content).config();
            try (InputStream in = source.blob(config.digest(), config.sizeBytes(), 0)) {
                ImageConfigFile file = ImageConfigFile.parse(in.readAllBytes());
                return new DistributedImage(
                        content.self(),
                        List.of(new DistributedImage.Platform(file.os(), file.architecture(), file.variant())));
            }
        } catch (IOException e) {
            throw RegistryFailures.pull(name, e);
        }
    }

    private static DistributedImage.Platform platform(ImagePlatform platform) {
        return new DistributedImage.Platform(platform.os(), platform.architecture(), platform.variant());
    }

    @Override
    public void destroy() {
        transfers.close();
    }
}
