package dev.lighter.launch;

import dev.lighter.kernel.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The first processes of the containers whose namespaces a new one joins, as pidfds; closed by whoever closes this.
 *
 * @param pid whose processes it sees, or null
 * @param ipc whose queues, semaphores and shared memory it uses, or null
 */
public record JoinedNamespaces(@Nullable Fd pid, @Nullable Fd ipc) implements AutoCloseable {
    /** Nobody's. */
    public static final JoinedNamespaces NONE = new JoinedNamespaces(null, null);

    @Override
    public void close() {
        if (pid != null) {
            pid.close();
        }
        if (ipc != null) {
            ipc.close();
        }
    }
}
