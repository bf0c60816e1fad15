package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageService;
import dev.lighter.image.WrittenLayer;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.IdRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What containers have written on top of the images that they were made from: measured, told, and given away. Safe for all threads. */
final class WrittenFiles {
    private final Surroundings around;
    private final ImageService images;

    WrittenFiles(Surroundings around, ImageService images) {
        this.around = around;
        this.images = images;
    }

    /** How many bytes of files a container has written. */
    long bytes(Container container) {
        List<WrittenTree.Part> written = parts(container);
        try {
            return written.isEmpty() ? 0 : WrittenTree.bytes(written);
        } catch (IOException e) {
            throw EngineException.internal("the files of container " + container.name + " cannot be measured", e);
        }
    }

    /** What a container has written, uppermost first: its own directory, and what became layers of images that it stands on. */
    private List<WrittenTree.Part> parts(Container container) {
        List<WrittenTree.Part> parts = new ArrayList<>();
        Path upper = around.directories().upper(container.id);
        try {
            if (Files.isDirectory(upper)) {
                parts.add(new WrittenTree.Part(
                        upper.toRealPath(), container.spec.users().ids()));
            }
        } catch (IOException e) {
            throw EngineException.internal("the files of container " + container.name + " cannot be found", e);
        }
        List<Path> layers = images.layerDirectories(container.rootImageId);
        for (int i = layers.size() - 1; i >= layersOfImage(container); i--) {
            parts.add(new WrittenTree.Part(layers.get(i), IdRange.SAME));
        }
        return parts;
    }

    /** How many of the layers that a container stands on are those of the image that it was made from. */
    private int layersOfImage(Container container) {
        return images.layerDirectories(container.spec.imageId()).size();
    }

    /** What a container that does not run has written on top of its image, for whoever is about to remove the container. */
    WrittenLayer layer(Container container) {
        if (container.running != null) {
            throw EngineException.conflict("container " + container.name + " is running");
        }
        return new WrittenLayer(
                around.directories().upper(container.id),
                true,
                container.spec.users().ids());
    }

    /** Gives what a container has changed in its image's files to a sink, while it may go on changing. */
    void changes(Container container, FileChange.Sink sink) {
        List<WrittenTree.Part> written = parts(container);
        if (written.isEmpty()) {
            return;
        }
        try {
            ChangedFiles.find(
                    written,
                    around.launcher().roots().below(images.layerDirectories(container.spec.imageId())),
                    container.spec.storage().mounts().stream()
                            .map(MountPoint::target)
                            .toList(),
                    sink);
        } catch (ErrnoException e) {
            throw EngineException.internal(
                    "the changes of container " + container.name + " cannot be read: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
