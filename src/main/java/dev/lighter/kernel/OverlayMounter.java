package dev.lighter.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Makes overlay mounts that are attached nowhere, on every kernel: with the new mount calls where they take any number of layers
 * ({@code lowerdir+}, Linux 6.7), else the classic way on one thread that has a mount namespace of its own. Safe for all threads.
 */
public final class OverlayMounter implements AutoCloseable {
    private static final Syscall UNSHARE = Syscall.named("unshare");
    private static final Syscall MOUNT = Syscall.named("mount");
    private static final Syscall UMOUNT2 = Syscall.named("umount2");
    private static final Syscall CHDIR = Syscall.named("chdir");
    private static final Syscall OPEN_TREE = Syscall.named("open_tree");
    private static final int CLONE_NEWNS = 0x0002_0000;
    private static final int MS_REC_PRIVATE = 16384 | 1 << 18;
    private static final int MNT_DETACH = 2;
    private static final int OPEN_TREE_CLONE_CLOEXEC = 1 | 02000000;
    private static final Syscall MOVE_MOUNT = Syscall.named("move_mount");
    private static final int F_EMPTY_PATH = 0x04;
    private static final int T_EMPTY_PATH = 0x40;
    private static final int PAGE = 4096;

    private final ExecutorService classic = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "lighter-overlay");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean lowerdirPlus = true;
    private boolean separated;

    /** A detached overlay of the layers, lowest first, below one writable directory. */
    public Fd mount(List<Path> layers, Path upper, Path work) throws ErrnoException {
        return mounted(layers, new Overlay.Writable(upper, work), work);
    }

    /**
     * The same whose layers are seen with the ids of a user namespace; the writable directory has them already.
     *
     * @param users the user namespace; null for layers as they are
     */
    public Fd mount(List<Path> layers, Path upper, Path work, @Nullable Fd users) throws ErrnoException {
        try (MappedLayers mapped = MappedLayers.of(layers, users)) {
            return mounted(mapped.paths(), new Overlay.Writable(upper, work), work);
        }
    }

    /**
     * A detached overlay that cannot be written.
     *
     * @param own what has the ids of the user namespace already and lies above all layers; null for nothing
     */
    public Fd mountReadOnly(List<Path> layers, @Nullable Path own, @Nullable Fd users) throws ErrnoException {
        try (MappedLayers mapped = MappedLayers.of(layers, users)) {
            List<Path> all = new ArrayList<>(mapped.paths());
            if (own != null) {
                all.add(own);
            }
            return mounted(all, null, layers.get(0));
        }
    }

    /** A detached overlay of at least two layers, lowest first, that cannot be written. */
    public Fd mountReadOnly(List<Path> layers) throws ErrnoException {
        return mounted(layers, null, layers.get(0));
    }

    private Fd mounted(List<Path> layers, Overlay.@Nullable Writable writable, Path place) throws ErrnoException {
        if (lowerdirPlus) {
            try {
                return Overlay.mount(layers, writable);
            } catch (ErrnoException e) {
                if (!e.is(Errno.EINVAL) || !String.valueOf(e.subject()).startsWith("lowerdir+")) {
                    throw e;
                }
                lowerdirPlus = false;
            }
        }
        return separated(() -> mountHere(layers, writable, place));
    }

    /** The way for kernels before 6.7: one page of options, on a thread in a mount namespace where nobody sees the mount. */
    Fd mountClassic(List<Path> layers, Path upper, Path work) throws ErrnoException {
        return separated(() -> mountHere(layers, new Overlay.Writable(upper, work), work));
    }

    /** A tree with others attached to it, as a copy that is attached nowhere: for who looks at files of what does not run. */
    public Fd assemble(Fd root, List<Attachment> attachments, Path place, IdRange ids) throws ErrnoException {
        return separated(() -> assembleHere(root, attachments, place, ids));
    }

    /** Something to attach at a path of a tree, which is found as if the tree were the root. */
    public record Attachment(Fd tree, String target) {}

    private Fd separated(Callable<Fd> work) throws ErrnoException {
        try {
            return classic.submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ErrnoException("mount", "overlay", Errno.EINTR);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ErrnoException errno) {
                throw errno;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Gives the thread a mount namespace of its own. */
    private void separate(NativeScope scope) throws ErrnoException {
        if (!separated) {
            UNSHARE.call("CLONE_NEWNS", CLONE_NEWNS, 0, 0);
            MOUNT.call("/", 0, scope.string("/"), 0, MS_REC_PRIVATE, 0, 0);
            separated = true;
        }
    }

    private Fd assembleHere(Fd root, List<Attachment> attachments, Path place, IdRange ids) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            separate(scope);
            String target = place.toString();
            MOVE_MOUNT.call(
                    target, root.number(), scope.string(""), Fd.AT_FDCWD, scope.string(target), F_EMPTY_PATH, 0);
            try (Fd top = Fd.open(place, Fd.O_PATH | Fd.O_DIRECTORY, 0)) {
                for (Attachment attachment : attachments) {
                    try (Fd at = MountPlace.open(
                            top,
                            attachment.target(),
                            FileCalls.status(attachment.tree()).isDirectory(),
                            ids)) {
                        MOVE_MOUNT.call(
                                attachment.target(),
                                attachment.tree().number(),
                                scope.string(""),
                                at.number(),
                                scope.string(""),
                                F_EMPTY_PATH | T_EMPTY_PATH,
                                0);
                    }
                }
                return MountTree.copy(top, true);
            } finally {
                UMOUNT2.call(target, scope.string(target), MNT_DETACH, 0);
            }
        }
    }

    private Fd mountHere(List<Path> layers, Overlay.@Nullable Writable writable, Path place) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            separate(scope);
            Path parent = Objects.requireNonNull(layers.get(0).getParent(), "a layer is not the root directory");
            CHDIR.call(parent.toString(), scope.string(parent.toString()), 0, 0);
            StringBuilder options = new StringBuilder("lowerdir=");
            for (int i = layers.size() - 1; i >= 0; i--) {
                options.append(escaped(parent.relativize(layers.get(i)))).append(i == 0 ? "" : ":");
            }
            if (writable != null) {
                options.append(",upperdir=")
                        .append(escaped(writable.upper()))
                        .append(",workdir=")
                        .append(escaped(writable.work()));
            }
            Overlay.PLAIN.forEach((name, value) ->
                    options.append(',').append(name).append('=').append(value));
            if (options.length() >= PAGE) {
                throw new ErrnoException("mount", "overlay of " + layers.size() + " layers", Errno.E2BIG);
            }
            String target = place.toString();
            MOUNT.call(
                    "overlay",
                    scope.string("overlay"),
                    scope.string(target),
                    scope.string("overlay"),
                    0,
                    scope.string(options.toString()),
                    0);
            try {
                return Fd.of(OPEN_TREE.call(target, Fd.AT_FDCWD, scope.string(target), OPEN_TREE_CLONE_CLOEXEC));
            } finally {
                UMOUNT2.call(target, scope.string(target), MNT_DETACH, 0);
            }
        }
    }

    static String escaped(Path path) {
        return path.toString().replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
    }

    @Override
    public void close() {
        classic.shutdown();
    }
}
