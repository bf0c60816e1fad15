package dev.lighter.build;

import dev.lighter.container.ContainerService;
import dev.lighter.container.OutputService;
import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.image.ArchiveExtractor;
import dev.lighter.image.ImageAssembly;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import dev.lighter.kernel.Fd;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.UserLookup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What builds work with. Safe for all threads. */
record Workshop(
        ImageService images,
        ImageAssembly assembly,
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
                : launcher.layersRoot(layers);
        return new FileSource(root, true);
    }

    /** The image that a stage begins with; made or fetched where it is missing, or where that is wanted. */
    ImageDetails base(String name, boolean pull) {
        if (!pull) {
            try {
                return images.get(name);
            } catch (EngineException e) {
                if (e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        try {
            return images.make(name);
        } catch (EngineException e) {
            if (e.kind() == Kind.NOT_IMPLEMENTED) {
                return images.get(name);
            }
            throw e;
        }
    }
}
