package dev.lighter.kernel;

import java.nio.ByteBuffer;

/**
 * Lets the present thread make files as the root of a user namespace, with all that it may do else: through an idmapped mount nobody makes
 * files whom the namespace does not know. Closed by the same thread, which then makes its own again.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/setfsuid.2.html">setfsuid(2)</a>
 */
public final class FileIdentity implements AutoCloseable {
    private static final Syscall SETFSUID = Syscall.named("setfsuid");
    private static final Syscall SETFSGID = Syscall.named("setfsgid");
    private static final Syscall CAPGET = Syscall.named("capget");
    private static final Syscall CAPSET = Syscall.named("capset");
    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final int SETS_BYTES = 24;

    private final boolean changed;

    private FileIdentity(boolean changed) {
        this.changed = changed;
    }

    /** Takes the identity; does nothing where there is no user namespace. */
    public static FileIdentity of(IdRange ids) throws ErrnoException {
        if (!ids.isMapped()) {
            return new FileIdentity(false);
        }
        FileIdentity identity = new FileIdentity(true);
        boolean done = false;
        try {
            SETFSGID.call(null, ids.toHost(0), 0, 0);
            SETFSUID.call(null, ids.toHost(0), 0, 0);
            raise();
            done = true;
            return identity;
        } finally {
            if (!done) {
                identity.close();
            }
        }
    }

    /** Another user of files loses the capabilities about them, capabilities(7); what is permitted takes effect again. */
    private static void raise() throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer header = scope.buffer(8).putInt(0, CAPABILITY_VERSION_3);
            ByteBuffer sets = scope.buffer(SETS_BYTES);
            CAPGET.call(null, NativeScope.address(header), NativeScope.address(sets), 0);
            sets.putInt(0, sets.getInt(4)).putInt(12, sets.getInt(16));
            CAPSET.call(null, NativeScope.address(header), NativeScope.address(sets), 0);
        }
    }

    @Override
    public void close() {
        if (changed) {
            SETFSUID.raw(0, 0, 0);
            SETFSGID.raw(0, 0, 0);
        }
    }
}
