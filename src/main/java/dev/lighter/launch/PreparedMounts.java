package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.MountPlace;
import dev.lighter.kernel.MountTree;
import dev.lighter.kernel.MountTree.Propagation;
import dev.lighter.kernel.OverlayMounter;
import dev.lighter.launch.LaunchMount.ReadOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of a container, made and attached nowhere yet: what the engine can see and the container shall not. The container's program
 * gives them their places. Whoever holds it closes it, which takes away what is not attached.
 */
final class PreparedMounts implements AutoCloseable {
    static final PreparedMounts NONE = new PreparedMounts(List.of(), IdRange.SAME, null);

    /** One of them: the tree, where it is to be, and whether that is a directory. */
    record Prepared(Fd tree, String target, boolean directory) {}

    private final List<Prepared> all;
    private final IdRange ids;
    private final @Nullable Fd users;

    private PreparedMounts(List<Prepared> all, IdRange ids, @Nullable Fd users) {
        this.all = all;
        this.ids = ids;
        this.users = users;
    }

    /** The number of the descriptor behind those of the mounts: the user namespace, if there is one. */
    int afterLast() {
        return Descriptors.MOUNTS + all.size();
    }

    /** Those that come first are mounted first. */
    List<Prepared> all() {
        return all;
    }

    /**
     * Makes the mounts of a container.
     *
     * @param users its user namespace; null where it has the host's
     * @throws LaunchException with the mount that failed, in words
     */
    static PreparedMounts prepare(LaunchSpec spec, @Nullable Fd users, OverlayMounter overlays) throws LaunchException {
        List<LaunchMount> mounts = spec.mounts();
        if (mounts.isEmpty()) {
            return NONE;
        }
        List<LaunchMount> ordered = new ArrayList<>(mounts);
        // What is mounted below another comes after it.
        ordered.sort(Comparator.comparingInt(
                mount -> (int) mount.target().chars().filter(c -> c == '/').count()));
        PreparedMounts prepared = new PreparedMounts(new ArrayList<>(), spec.ids(), users);
        boolean done = false;
        try {
            for (LaunchMount mount : ordered) {
                prepared.add(mount, overlays);
            }
            done = true;
            return prepared;
        } finally {
            if (!done) {
                prepared.close();
            }
        }
    }

    /**
     * Makes what links in a container's files name where those lead nowhere and a mount is to be there; all other places are made by the
     * container's program, which follows links but cannot read them. What lies below another mount is as that mount has it.
     */
    void settleLinks(Fd root) throws ErrnoException {
        for (Prepared mount : all) {
            if (all.stream().noneMatch(other -> mount.target().startsWith(other.target() + "/"))) {
                MountPlace.settleLinks(root, mount.target(), mount.directory(), ids);
            }
        }
    }

    private void add(LaunchMount mount, OverlayMounter overlays) throws LaunchException {
        try {
            Fd tree = tree(mount, overlays);
            try {
                restrict(tree, mount);
                all.add(new Prepared(
                        tree, mount.target(), FileCalls.status(tree).isDirectory()));
            } catch (IOException | RuntimeException e) {
                tree.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed(mount, e);
        }
    }

    private Fd tree(LaunchMount mount, OverlayMounter overlays) throws IOException, LaunchException {
        if (mount.source() instanceof LaunchMount.HostPath host) {
            if (mount.propagation() != Propagation.PRIVATE) {
                requireShared(host.path(), mount.propagation());
            }
            try (Fd source = Fd.open(host.path(), Fd.O_PATH, 0)) {
                Fd tree = copy(source, host.subpath(), mount.recursive());
                mapIds(tree, mount.recursive());
                return tree;
            }
        }
        if (mount.source() instanceof LaunchMount.Layers image) {
            try (Fd root = image.layers().size() == 1
                    ? Fd.open(image.layers().get(0), Fd.O_PATH | Fd.O_DIRECTORY, 0)
                    : overlays.mountReadOnly(image.layers(), null, users)) {
                Fd tree = copy(root, image.subpath(), false);
                if (image.layers().size() == 1) {
                    mapIds(tree, false);
                }
                return tree;
            }
        }
        LaunchMount.Memory memory = (LaunchMount.Memory) mount.source();
        return MountTree.create("tmpfs", owned(memory.options()), mount.attributes());
    }

    /** Options of a filesystem in memory with users and groups as the host numbers them. */
    private List<String> owned(List<String> options) {
        if (!ids.isMapped()) {
            return options;
        }
        List<String> owned = new ArrayList<>(List.of("uid=" + ids.toHost(0), "gid=" + ids.toHost(0)));
        for (String option : options) {
            boolean id = option.startsWith("uid=") || option.startsWith("gid=");
            owned.add(id ? option.substring(0, 4) + ids.toHost(Integer.parseInt(option.substring(4))) : option);
        }
        return owned;
    }

    /** Files have the same owners inside as on the host, where the filesystem can; else nobody's. */
    private void mapIds(Fd tree, boolean recursive) throws ErrnoException {
        Fd namespace = users;
        if (namespace == null) {
            return;
        }
        try {
            MountTree.mapIds(tree, namespace, recursive);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EINVAL) && !e.is(Errno.EPERM)) {
                tree.close();
                throw e;
            }
        }
    }

    private static Fd copy(Fd source, String subpath, boolean recursive) throws ErrnoException {
        if (subpath.isEmpty()) {
            return MountTree.copy(source, recursive);
        }
        try (Fd inside = FileCalls.openBeneath(source, subpath.getBytes(StandardCharsets.UTF_8), Fd.O_PATH)) {
            return MountTree.copy(inside, recursive);
        }
    }

    private static void restrict(Fd tree, LaunchMount mount) throws ErrnoException {
        boolean memory = mount.source() instanceof LaunchMount.Memory;
        if (!memory) {
            MountTree.propagate(tree, mount.propagation(), mount.recursive());
        }
        long attributes = memory ? 0 : mount.attributes();
        if (attributes != 0) {
            MountTree.restrict(tree, attributes, mount.recursive());
        }
        if (mount.readOnly() != ReadOnly.NOTHING) {
            MountTree.restrict(tree, MountTree.READ_ONLY, mount.readOnly() == ReadOnly.ALL && mount.recursive());
        }
    }

    /** Mounts cannot be shared with a mount that is private itself. */
    private static void requireShared(Path path, Propagation propagation) throws IOException, LaunchException {
        String real = path.toRealPath().toString();
        String best = "";
        boolean shared = false;
        boolean slave = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String[] fields = line.split(" ");
            String at = fields[4].replace("\\040", " ");
            boolean above = at.equals("/") || real.equals(at) || real.startsWith(at + "/");
            if (above && at.length() >= best.length()) {
                best = at;
                shared = line.contains(" shared:");
                slave = line.contains(" master:");
            }
        }
        if (!shared && !(slave && propagation == Propagation.SLAVE)) {
            throw new LaunchException(
                    "failed to create task for container: path " + path + " is mounted on " + best
                            + " but it is not a shared" + (propagation == Propagation.SLAVE ? " or slave" : "")
                            + " mount",
                    128);
        }
    }

    private static LaunchException failed(LaunchMount mount, IOException e) {
        String reason =
                e instanceof ErrnoException errno ? Errno.describe(errno.errno()) : String.valueOf(e.getMessage());
        String source = "a filesystem in memory";
        if (mount.source() instanceof LaunchMount.HostPath host) {
            source = host.path() + (host.subpath().isEmpty() ? "" : " (" + host.subpath() + ")");
            if (e instanceof ErrnoException errno && errno.is(Errno.ENOENT)) {
                return new LaunchException(
                        "failed to create task for container: invalid mount config: source path does not exist: "
                                + source,
                        128);
            }
        } else if (mount.source() instanceof LaunchMount.Layers image) {
            source = "the image" + (image.subpath().isEmpty() ? "" : "'s " + image.subpath());
        }
        return new LaunchException(
                "failed to create task for container: error mounting " + source + " to rootfs at " + mount.target()
                        + ": " + reason,
                128);
    }

    @Override
    public void close() {
        all.forEach(prepared -> prepared.tree().close());
    }
}
