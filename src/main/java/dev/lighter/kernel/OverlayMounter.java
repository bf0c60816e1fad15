package dev.lighter.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
        return mount(
                () -> Overlay.mount(layers, upper, work),
                () -> mountHere(
                        layers, ",upperdir=" + escaped(upper) + ",workdir=" + escaped(work), work.toString()));
    }

    /** A detached overlay of at least two layers, lowest first, for reading only. */
    public Fd mountReadOnly(List<Path> layers) throws ErrnoException {
        return mount(
                () -> Overlay.mountReadOnly(layers), () -> mountHere(layers, "", layers.get(0).toString()));
    }

    /** One way to make a mount. */
    private interface Way {
        Fd mount() throws ErrnoException;
    }

    private Fd mount(Way modern, Way old) throws ErrnoException {
        if (lowerdirPlus) {
            try {
                return modern.mount();
            } catch (ErrnoException e) {
                if (!e.is(Errno.EINVAL) || !String.valueOf(e.subject()).startsWith("lowerdir+")) {
                    throw e;
                }
                lowerdirPlus = false;
            }
        }
        return classic(old);
    }

    /** The way for kernels before 6.7: one page of options, on a thread in a mount namespace where nobody sees the mount. */
    Fd mountClassic(List<Path> layers, Path upper, Path work) throws ErrnoException {
        return classic(() -> mountHere(
                layers, ",upperdir=" + escaped(upper) + ",workdir=" + escaped(work), work.toString()));
    }

    private Fd classic(Way way) throws ErrnoException {
        try {
            return classic.submit(way::mount).get();
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

    /**
     * @param more further options, which begin with a comma
     * @param target where the mount is for a moment
     */
    private Fd mountHere(List<Path> layers, String more, String target) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            if (!separated) {
                UNSHARE.call("CLONE_NEWNS", CLONE_NEWNS, 0, 0);
                MOUNT.call("/", 0, scope.string("/"), 0, MS_REC_PRIVATE, 0, 0);
                separated = true;
            }
            Path parent = Objects.requireNonNull(layers.get(0).getParent(), "a layer is not the root directory");
            CHDIR.call(parent.toString(), scope.string(parent.toString()), 0, 0);
            StringBuilder options = new StringBuilder("lowerdir=");
            for (int i = layers.size() - 1; i >= 0; i--) {
                options.append(escaped(parent.relativize(layers.get(i)))).append(i == 0 ? "" : ":");
            }
            options.append(more);
            if (options.length() >= PAGE) {
                throw new ErrnoException("mount", "overlay of " + layers.size() + " layers", Errno.E2BIG);
            }
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

    private static String escaped(Path path) {
        return path.toString().replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
    }

    @Override
    public void close() {
        classic.shutdown();
    }
}
