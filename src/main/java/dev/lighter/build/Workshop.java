package dev.lighter.build;

import dev.lighter.container.ContainerService;
import dev.lighter.container.OutputService;
import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.image.ArchiveExtractor;
import dev.lighter.image.ImageAssembly;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageTransfers;
import dev.lighter.image.PullRequest;
import dev.lighter.image.TransferEvent;
import dev.lighter.image.TransferProgress;
import dev.lighter.image.registry.Credentials;
import dev.lighter.kernel.Fd;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.UserLookup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What builds work with. Safe for all threads. */
record Workshop(
        ImageService images,
        ImageAssembly assembly,
        ImageTransfers transfers,
        ContainerService containers,
        OutputService outputs,
        ContainerLauncher launcher,
        ArchiveExtractor extractor,
        UserLookup users,
        BuildCache cache,
        BuildDirectories directories,
        CacheMounts mounts,
        RemoteSources remotes) {
    /** The layers of an image, lowest first; none for no image. */
    List<Path> layers(@Nullable String imageId) {
        return imageId == null ? List.of() : images.layerDirectories(imageId);
    }

    /**
     * The files of an image, for copying.
     *
     * @param empty a directory that stands for an image without layers
     */
    FileSource source(@Nullable String imageId, Path empty) throws IOException {
        List<Path> layers = layers(imageId);
        Fd root = layers.isEmpty()
                ? Fd.open(empty, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)
                : launcher.roots().layersRoot(layers);
        return new FileSource(root, true);
    }

    /**
     * The image that a stage begins with; made or fetched where it is missing, or where that is wanted.
     *
     * @param listener hears how a pull goes on
     */
    ImageDetails base(String name, Build build, Consumer<TransferEvent> listener) {
        boolean id = name.matches("(sha256:)?[0-9a-f]{12,64}");
        if (id || !build.request().options().pull()) {
            try {
                return images.get(name);
            } catch (EngineException e) {
                if (id || e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        ImageReference reference = ImageReference.parse(name).orLatest();
        Credentials credentials = build.request().credentials().getOrDefault(reference.domain(), Credentials.NONE);
        transfers.pull(new PullRequest(reference, "", credentials), new TransferProgress() {
            @Override
            public void event(TransferEvent event) {
                build.check();
                listener.accept(event);
            }

            @Override
            public boolean isWanted() {
                return !build.isCancelled();
            }
        });
        return images.get(name);
    }
}
