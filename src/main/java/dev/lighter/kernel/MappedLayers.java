package dev.lighter.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Directories as a user namespace sees them: through mounts of their parents that show other ids. Whoever has it closes it. */
final class MappedLayers implements AutoCloseable {
    private final List<Path> paths = new ArrayList<>();
    private final Map<Path, Fd> parents = new LinkedHashMap<>();

    private MappedLayers() {}

    /** One mount for each parent, so that the price does not grow with the layers. Fails with EINVAL where the filesystem cannot do it. */
    static MappedLayers of(List<Path> layers, @Nullable Fd users) throws ErrnoException {
        MappedLayers mapped = new MappedLayers();
        if (users == null) {
            mapped.paths.addAll(layers);
            return mapped;
        }
        boolean done = false;
        try {
            for (Path layer : layers) {
                Path parent = Objects.requireNonNull(layer.getParent(), "a layer is not the root directory");
                Fd tree = mapped.parents.get(parent);
                if (tree == null) {
                    tree = open(parent, users);
                    mapped.parents.put(parent, tree);
                }
                mapped.paths.add(Path.of(tree.procPath()).resolve(parent.relativize(layer)));
            }
            done = true;
            return mapped;
        } finally {
            if (!done) {
                mapped.close();
            }
        }
    }

    private static Fd open(Path parent, Fd users) throws ErrnoException {
        try (Fd directory = Fd.open(parent, Fd.O_PATH | Fd.O_DIRECTORY, 0)) {
            Fd tree = MountTree.copy(directory, false);
            try {
                MountTree.mapIds(tree, users, false);
                return tree;
            } catch (ErrnoException e) {
                tree.close();
                throw e.is(Errno.EINVAL)
                        ? new ErrnoException(
                                e.call(), "the filesystem of " + parent + " cannot show other ids", e.errno())
                        : e;
            }
        }
    }

    List<Path> paths() {
        return paths;
    }

    @Override
    public void close() {
        parents.values().forEach(Fd::close);
    }
}
