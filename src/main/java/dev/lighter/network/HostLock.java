package dev.lighter.network;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Syscall;
import java.nio.file.Path;

/**
 * Held while subnets and settings of the host are chosen, so that two engines in one network namespace do not choose the same. It is the
 * kernel's own lock on the namespace's file, flock(2): it leaves no file behind and goes with its process.
 */
final class HostLock implements AutoCloseable {
    private static final Syscall FLOCK = Syscall.named("flock");
    private static final int LOCK_EX = 2;
    private static final Path NAMESPACE = Path.of("/proc/thread-self/ns/net");

    private final Fd file;

    private HostLock(Fd file) {
        this.file = file;
    }

    /** Waits for the lock. */
    static HostLock acquire() throws ErrnoException {
        Fd file = Fd.open(NAMESPACE, Fd.O_RDONLY, 0);
        try {
            FLOCK.call(NAMESPACE.toString(), file.number(), LOCK_EX, 0);
            return new HostLock(file);
        } catch (ErrnoException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
