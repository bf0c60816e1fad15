package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.image.HistoryEntry;
import dev.lighter.image.ImageAssembly;
import dev.lighter.image.ImageConfig;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageService;
import dev.lighter.image.NewImage;
import dev.lighter.image.WrittenLayer;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.IdShift;
import dev.lighter.kernel.TreeCopy;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.LaunchSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Makes images of containers. What a container that does not run has written becomes the image's layer where it is: the container stands
 * on that from then on, and writes into a new directory. Of one that runs, or may not grow beyond a size, it is copied. Safe for all threads.
 */
@Service
public class ContainerCommit {
    /** Above so many layers an image is made of one layer again; some are left for whoever builds on top. */
    private static final int MOST_LAYERS = 120;

    private static final byte[] SELF = {'.'};

    private final ContainerService containers;
    private final ContainerStore store;
    private final ContainerLauncher launcher;
    private final ImageService images;
    private final ImageAssembly assembly;

    ContainerCommit(
            ContainerService containers,
            ContainerStore store,
            ContainerLauncher launcher,
            ImageService images,
            ImageAssembly assembly) {
        this.containers = containers;
        this.store = store;
        this.launcher = launcher;
        this.images = images;
        this.assembly = assembly;
    }

    /** Makes an image of a container, and gives it. Fails with INVALID where the configuration that is asked for is none. */
    public ImageDetails commit(String reference, CommitRequest request) {
        Container container = containers.registry().find(reference);
        ImageConfig config = request.config().apply(config(container));
        ImageReference name = request.name();
        ImageDetails made;
        container.lock.lock();
        try {
            requireThere(container);
            try (Written written = written(container, request.pause())) {
                made = make(container, written, (layer, alongside) -> {
                    NewImage image = new NewImage(
                            written.parentId,
                            layer,
                            config,
                            step(container, request.author(), request.comment()),
                            name == null ? List.of() : List.of(name));
                    return assembly.make(image, alongside);
                });
            }
        } catch (IOException e) {
            throw EngineException.internal(
                    "container " + container.name + " cannot be committed: " + e.getMessage(), e);
        } finally {
            container.lock.unlock();
        }
        containers
                .events()
                .committed(container.view(), request.comment(), made.id(), name == null ? "" : name.familiar());
        return made;
    }

    /** The configuration of an image that makes containers as this one is. */
    ImageConfig config(Container container) {
        try {
            List<String> volumes = images.get(container.spec.imageId()).config().volumes();
            return ContainerConfig.of(container.spec, volumes);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
            return ContainerConfig.of(container.spec, List.of());
        }
    }

    static void requireThere(Container container) {
        if (container.state.status() == ContainerState.Status.REMOVING) {
            throw EngineException.conflict("You cannot commit container " + container.id + " which is being removed");
        }
    }

    /** The step that makes an image of a container, for the image's history. */
    static HistoryEntry step(Container container, String author, String comment) {
        return new HistoryEntry(Instant.now(), String.join(" ", container.spec.cmd()), author, comment, false);
    }

    /** What a container has written, ready to become a layer; what was copied for that is cleared away. */
    final class Written implements AutoCloseable {
        final @Nullable String parentId;
        final @Nullable WrittenLayer layer;
        private final @Nullable Container copied;

        private Written(@Nullable String parentId, @Nullable WrittenLayer layer, @Nullable Container copied) {
            this.parentId = parentId;
            this.layer = layer;
            this.copied = copied;
        }

        @Override
        public void close() throws IOException {
            if (copied != null) {
                containers.directories().discardCopy(copied.id);
            }
        }
    }

    /**
     * Makes ready what a container has written. To be called under its lock, which is held until it has become a layer.
     *
     * @param pause whether one that runs is frozen while it is copied
     */
    Written written(Container container, boolean pause) throws IOException {
        Path upper = containers.directories().upper(container.id);
        String root = container.rootImageId;
        if (!Files.isDirectory(upper) || isEmpty(upper)) {
            return new Written(root, null, null);
        }
        boolean full = images.layerDirectories(root).size() >= MOST_LAYERS;
        if (container.running == null && container.spec.storage().sizeBytes() == 0 && !full) {
            return new Written(
                    root, new WrittenLayer(upper, true, container.spec.users().ids()), null);
        }
        Path copy = containers.directories().copy(container.id);
        // A layer of everything stands on nothing.
        Written written = new Written(full ? null : root, new WrittenLayer(copy, true, IdRange.SAME), container);
        boolean done = false;
        try {
            containers.directories().discardCopy(container.id);
            Files.createDirectory(copy);
            try (FrozenContainer frozen = pause ? FrozenContainer.of(container, containers, launcher) : null;
                    Fd to = Fd.open(copy, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                copy(container, to, full);
            }
            done = true;
            return written;
        } finally {
            if (!done) {
                written.close();
            }
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            return FileTree.names(open, 1).isEmpty();
        }
    }

    /** Makes an image of a layer, and records what belongs to it. */
    interface Making {
        ImageDetails make(@Nullable WrittenLayer layer, Consumer<String> alongside);
    }

    /** Makes an image of what a container has written, on which it stands from then on if it gave that away. To be called under its lock. */
    ImageDetails make(Container container, Written written, Making making) {
        if (written.layer == null || written.copied != null) {
            return making.make(written.layer, id -> {});
        }
        boolean done = false;
        try {
            ImageDetails made = making.make(written.layer, id -> {
                store.standOn(container.id, id);
                container.rootImageId = id;
            });
            done = true;
            return made;
        } finally {
            if (!done) {
                container.rootImageId = store.rootImageOf(container.id);
            }
        }
    }

    private void copy(Container container, Fd to, boolean full) throws IOException {
        IdShift shift = IdShift.toInside(container.spec.users().ids());
        if (!full) {
            try (Fd from = Fd.open(containers.directories().upper(container.id), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                TreeCopy.copyLayer(from, to, shift);
            }
            return;
        }
        LaunchSpec spec = containers.launchSpec(container);
        try (Fd root = launcher.roots().ownFiles(spec);
                Fd from = FileCalls.openDirectory(root, SELF)) {
            TreeCopy.copyLayer(from, to, shift);
        }
    }
}
