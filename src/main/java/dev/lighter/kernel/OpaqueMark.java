package dev.lighter.kernel;

import java.util.Arrays;

/**
 * Overlay's mark of a directory that hides what lower layers have in its place. Stateless.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories">Overlay filesystem</a>
 */
public final class OpaqueMark {
    /** The extended attribute that is the mark. */
    public static final String ATTRIBUTE = "trusted.overlay.opaque";

    private static final byte[] YES = {'y'};
    private static final int LONGEST = 64;
    private static final byte[] SELF = {'.'};

    private OpaqueMark() {}

    /** Whether a name's directory has it. */
    public static boolean isOn(Fd parent, byte[] name) throws ErrnoException {
        try {
            return Arrays.equals(Xattrs.get(parent, name, ATTRIBUTE, LONGEST), YES);
        } catch (ErrnoException e) {
            // Anything as long is something else.
            if (e.is(Errno.ERANGE)) {
                return false;
            }
            throw e;
        }
    }

    /** Whether an open directory has it. */
    public static boolean isOn(Fd directory) throws ErrnoException {
        return isOn(directory, SELF);
    }

    /** Marks a name's directory. */
    public static void set(Fd parent, byte[] name) throws ErrnoException {
        Xattrs.set(parent, name, ATTRIBUTE, YES);
    }

    /** Marks an open directory; not one that was opened with O_PATH. */
    public static void set(Fd directory) throws ErrnoException {
        Xattrs.set(directory, ATTRIBUTE, YES);
    }
}
