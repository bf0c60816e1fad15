package dev.lighter.launch;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.OverlayMounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of containers and images as mounts that are attached nowhere, for those who look at them or change them without a process
 * inside: each goes with its descriptor. One per engine; safe for all threads.
 */
public final class DetachedRoots {
    private final OverlayMounter overlays;
    private final BaseLayer base;
    private final UserNamespaces userNamespaces;

    DetachedRoots(OverlayMounter overlays, BaseLayer base, UserNamespaces userNamespaces) {
        this.overlays = overlays;
        this.base = base;
        this.userNamespaces = userNamespaces;
    }

    /** All that lies below the writable layer of a container that stands on these layers, lowest first. */
    public List<Path> below(List<Path> layers) {
        return base.below(layers);
    }

    /**
     * What a container has in its own filesystem, without what is mounted into it and without what lies below all images, for reading,
     * detached: it goes with the descriptor. It must not change meanwhile.
     */
    public Fd ownFiles(LaunchSpec spec) throws IOException {
        try (UserNamespaces.Use users = userNamespaces.use(spec.ids())) {
            return overlays.mountReadOnly(spec.layers(), spec.upperDirectory(), users.namespace());
        }
    }

    /**
     * The filesystem of a container that does not run, with its mounts, for reading, detached: it goes with the descriptor. The container
     * may start, and even be removed, meanwhile.
     */
    public Fd readOnlyRoot(LaunchSpec spec) throws IOException, LaunchException {
        try (Fd directory = LaunchDirectory.open(spec.directory())) {
            LaunchDirectory.makeLayer(directory, spec.ids());
        }
        if (!spec.mounts().isEmpty()) {
            // The places for mounts, which cannot be made in what cannot be written.
            root(spec).close();
        }
        try (UserNamespaces.Use users = userNamespaces.use(spec.ids())) {
            return withMounts(
                    overlays.mountReadOnly(base.below(spec.layers()), spec.upperDirectory(), users.namespace()),
                    spec,
                    users);
        }
    }

    /** The filesystem of a container that does not run, with its mounts, writable, detached: it goes with the descriptor. */
    public Fd root(LaunchSpec spec) throws IOException, LaunchException {
        try (Fd directory = LaunchDirectory.open(spec.directory())) {
            LaunchDirectory.makeLayer(directory, spec.ids());
        }
        try (UserNamespaces.Use users = userNamespaces.use(spec.ids())) {
            return withMounts(
                    overlays.mount(
                            base.below(spec.layers()),
                            spec.upperDirectory(),
                            spec.directory().resolve(ContainerFiles.WORK),
                            users.namespace()),
                    spec,
                    users);
        }
    }

    private Fd withMounts(Fd root, LaunchSpec spec, UserNamespaces.Use users) throws IOException, LaunchException {
        if (spec.mounts().isEmpty()) {
            return root;
        }
        try (root;
                PreparedMounts mounts = PreparedMounts.prepare(spec, users.namespace(), overlays)) {
            return overlays.assemble(
                    root,
                    mounts.all().stream()
                            .map(mount -> new OverlayMounter.Attachment(mount.tree(), mount.target()))
                            .toList(),
                    spec.directory(),
                    spec.ids());
        }
    }

    /** The files of an image alone, that cannot be written, detached: they go with the descriptor. */
    public Fd imageRoot(List<Path> layers) throws ErrnoException {
        return overlays.mountReadOnly(base.below(layers));
    }

    /** The files of an image, and what is written over them into a directory of its own, detached: they go with the descriptor. */
    public Fd imageRoot(List<Path> layers, Path upper, Path work) throws ErrnoException {
        return overlays.mount(base.below(layers), upper, work);
    }

    /** At least one layer and nothing else, that cannot be written, detached. */
    public Fd layersRoot(List<Path> layers) throws ErrnoException {
        return layers.size() == 1
                ? Fd.open(layers.get(0), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)
                : overlays.mountReadOnly(layers);
    }
}
