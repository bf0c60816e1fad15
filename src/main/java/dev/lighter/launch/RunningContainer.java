package dev.lighter.launch;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.cgroup.Cgroup;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A container whose first process runs, watched through its monitor. Lives from the launch or the adoption until {@link #exit}
 * completes; safe for all threads.
 */
public interface RunningContainer {
    /** The process id of the container's first process, seen from the host. */
    int pid();

    /** A descriptor of the first process, which becomes the caller's. Fails with ESRCH when it has ended. */
    Fd pidfd() throws ErrnoException;

    /** Sends a signal to the first process; does nothing when it has ended. Race-free: goes through a pidfd. */
    void signal(int number) throws ErrnoException;

    /**
     * Completes when the process has ended, all its output is in the log, and its cgroups are removed. Completed on the engine's event
     * thread: dependants must not block there, use the {@code ...Async} forms.
     */
    CompletableFuture<Exit> exit();

    /** Its control group; empty where that was gone before an engine took the container over. */
    Optional<Cgroup> cgroup();

    /** Changes the size of the container's terminal, in characters. Fails with EINVAL where it has none. */
    void resize(int rows, int columns) throws ErrnoException;

    /** Writes to the container's standard input, blocking while its pipe is full. Fails with EPIPE when input is closed. */
    void writeStdin(ByteBuffer bytes) throws ErrnoException;

    /** Closes the container's standard input for good; its readers see the end of the file once they have read everything. */
    void closeStdin() throws ErrnoException;
}
