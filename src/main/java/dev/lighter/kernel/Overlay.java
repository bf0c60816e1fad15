package dev.lighter.kernel;

import java.nio.file.Path;
import java.util.List;

/**
 * Overlay mounts that are attached nowhere yet: made with the new mount calls and handed over as a descriptor.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay Filesystem</a>
 */
final class Overlay {
    private static final Syscall FSOPEN = Syscall.named("fsopen");
    private static final Syscall FSCONFIG = Syscall.named("fsconfig");
    private static final Syscall FSMOUNT = Syscall.named("fsmount");
    private static final int CLOEXEC = 1;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;

    private Overlay() {}

    /**
     * A detached mount of the layers, lowest first, below one writable directory. Needs {@code lowerdir+} (Linux 6.7); fails with EINVAL
     * where the kernel lacks it.
     */
    static Fd mount(List<Path> layers, Path upper, Path work) throws ErrnoException {
        try (NativeScope scope = NativeScope.open();
                Fd context = Fd.of(FSOPEN.call("overlay", scope.string("overlay"), CLOEXEC, 0))) {
            setLayers(context, scope, layers);
            set(context, scope, "upperdir", upper.toString());
            set(context, scope, "workdir", work.toString());
            FSCONFIG.call("overlay", context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0);
            return Fd.of(FSMOUNT.call("overlay", context.number(), CLOEXEC, 0));
        }
    }

    /** The same for reading only: a detached mount of at least two layers, lowest first. */
    static Fd mountReadOnly(List<Path> layers) throws ErrnoException {
        try (NativeScope scope = NativeScope.open();
                Fd context = Fd.of(FSOPEN.call("overlay", scope.string("overlay"), CLOEXEC, 0))) {
            setLayers(context, scope, layers);
            FSCONFIG.call("overlay", context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0);
            return Fd.of(FSMOUNT.call("overlay", context.number(), CLOEXEC, 0));
        }
    }

    private static void setLayers(Fd context, NativeScope scope, List<Path> layers) throws ErrnoException {
        set(context, scope, "source", "lighter");
        for (int i = layers.size() - 1; i >= 0; i--) {
            set(context, scope, "lowerdir+", layers.get(i).toString());
        }
    }

    private static void set(Fd context, NativeScope scope, String key, String value) throws ErrnoException {
        FSCONFIG.call(
                key + "=" + value, context.number(), FSCONFIG_SET_STRING, scope.string(key), scope.string(value), 0, 0);
    }
}
