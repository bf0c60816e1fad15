package dev.lighter.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

    /**
     * What a machine may have switched on otherwise: a directory in which a name leads elsewhere, or a file whose bytes are, would be no layer
     * that can be packed, or read without overlay.
     */
    static final Map<String, String> PLAIN =
            new TreeMap<>(Map.of("redirect_dir", "nofollow", "metacopy", "off", "index", "off"));

    /** A writable directory, and one beside it that overlay itself needs. */
    record Writable(Path upper, Path work) {}

    private Overlay() {}

    /**
     * A detached mount of the layers, lowest first, below one writable directory. Needs {@code lowerdir+} (Linux 6.7); fails with EINVAL
     * where the kernel lacks it.
     *
     * @param writable the writable directory and one for overlay's own use; null for a mount that cannot be written
     */
    static Fd mount(List<Path> layers, @Nullable Writable writable) throws ErrnoException {
        try (NativeScope scope = NativeScope.open();
                Fd context = Fd.of(FSOPEN.call("overlay", scope.string("overlay"), CLOEXEC, 0))) {
            set(context, scope, "source", "lighter");
            for (Map.Entry<String, String> option : PLAIN.entrySet()) {
                set(context, scope, option.getKey(), option.getValue());
            }
            for (int i = layers.size() - 1; i >= 0; i--) {
                set(context, scope, "lowerdir+", layers.get(i).toString());
            }
            if (writable != null) {
                set(context, scope, "upperdir", writable.upper().toString());
                set(context, scope, "workdir", writable.work().toString());
            }
            FSCONFIG.call("overlay", context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0);
            return Fd.of(FSMOUNT.call("overlay", context.number(), CLOEXEC, 0));
        }
    }

    private static void set(Fd context, NativeScope scope, String key, String value) throws ErrnoException {
        FSCONFIG.call(
                key + "=" + value, context.number(), FSCONFIG_SET_STRING, scope.string(key), scope.string(value), 0, 0);
    }
}
