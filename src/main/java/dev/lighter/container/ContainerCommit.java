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
            if (container.state.status() == ContainerState.Status.REMOVING) {
                throw EngineException.conflict(
                        "You cannot commit container " + container.id + " which is being removed");
            }
            HistoryEntry step = new HistoryEntry(
                    Instant.now(),
                    String.join(" ", container.spec.cmd()),
                    request.author(),
                    request.comment(),
                    false);
            made = commit(
                    container,
                    request.pause(),
                    (parent, layer) ->
                            new NewImage(parent, layer, config, step, name == null ? List.of() : List.of(name)));
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

    /** Says what image is made of a layer. */
    interface Making {
        NewImage of(@Nullable String parentId, @Nullable WrittenLayer layer);
    }

    /** Makes an image of what a container has written. To be called under its lock. */
    ImageDetails commit(Container container, boolean pause, Making making) throws IOException {
        Path upper = containers.directories().upper(container.id);
        String root = container.rootImageId;
        if (!Files.isDirectory(upper) || isEmpty(upper)) {
            return assembly.make(making.of(root, null));
        }
        boolean full = images.layerDirectories(root).size() >= MOST_LAYERS;
        if (container.running == null && container.spec.storage().sizeBytes() == 0 && !full) {
            return taken(
                    container,
                    making.of(root, new WrittenLayer(upper, true, container.spec.users().ids())));
        }
        return copied(container, pause, making, full);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            return FileTree.names(open, 1).isEmpty();
        }
    }

    private ImageDetails taken(Container container, NewImage image) {
        boolean done = false;
        try {
            ImageDetails made = assembly.make(image, id -> {
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

    private ImageDetails copied(Container container, boolean pause, Making making, boolean full) throws IOException {
        containers.directories().discardCopy(container.id);
        Path copy = Files.createDirectory(containers.directories().copy(container.id));
        try {
            try (FrozenContainer frozen = pause ? FrozenContainer.of(container, containers, launcher) : null;
                    Fd to = Fd.open(copy, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                copy(container, to, full);
            }
            // A layer of everything stands on nothing.
            String parent = full ? null : container.rootImageId;
            return assembly.make(making.of(parent, new WrittenLayer(copy, true, IdRange.SAME)));
        } finally {
            containers.directories().discardCopy(container.id);
        }
    }

    private void copy(Container container, Fd to, boolean full) throws IOException {
        IdShift shift = IdShift.toInside(container.spec.users().ids());
        if (!full) {
            try (Fd from =
                    Fd.open(containers.directories().upper(container.id), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                TreeCopy.copyLayer(from, to, shift);
            }
            return;
        }
        LaunchSpec spec = containers.launchSpec(container);
        try (Fd root = launcher.ownFiles(spec);
                Fd from = FileCalls.openDirectory(root, SELF)) {
            TreeCopy.copyLayer(from, to, shift);
        }
    }
}
