package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What an engine holds of a container's monitor, whether it has made it or finds it: its socket, and the container's output. */
final class MonitorLink {
    private static final int HELLO_TIMEOUT_MILLIS = 5000;

    private MonitorLink() {}

    /** Opens the output of a container without a terminal for reading: two of them. */
    static void openFifos(Path directory, Fd[] fifos) throws ErrnoException {
        fifos[0] = openFifo(directory, ContainerFiles.STDOUT);
        fifos[1] = openFifo(directory, ContainerFiles.STDERR);
    }

    /** A copy of the engine's side of a terminal, which the monitor holds for all engines to come. */
    static Fd terminalOf(int monitor) throws ErrnoException {
        try (Fd process = Processes.pidfd(monitor)) {
            return Processes.descriptorOf(process, Descriptors.STDOUT_FIFO);
        }
    }

    private static Fd openFifo(Path directory, String name) throws ErrnoException {
        return Fd.open(directory.resolve(name), Fd.O_RDONLY | Fd.O_NONBLOCK, 0);
    }

    /** Waits for what a monitor says first; fails with ECONNRESET when it is gone. */
    static MonitorMessage hear(Fd control) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(MonitorMessage.BYTES);
        while (message.hasRemaining()) {
            if (!control.awaitReadable(HELLO_TIMEOUT_MILLIS)) {
                throw new ErrnoException("read", "monitor", Errno.ETIMEDOUT);
            }
            long count = control.read(message);
            if (count == 0) {
                throw new ErrnoException("read", "monitor", Errno.ECONNRESET);
            }
            if (count < 0 && count != -Errno.EINTR) {
                throw new ErrnoException("read", "monitor", (int) -count);
            }
        }
        byte[] bytes = new byte[MonitorMessage.BYTES];
        message.flip().get(bytes);
        return MonitorMessage.parse(bytes);
    }

    /** Ends a monitor that is our child, if its id is not negative, and its container with it; closes all else. */
    static void giveUp(int monitor, @Nullable Fd engineEnd, Fd[] fifos) throws ErrnoException {
        if (monitor > 0) {
            // The monitor is our child and not yet collected, so its id is its own; the container dies with it.
            try (Fd process = Processes.pidfd(monitor)) {
                Processes.signal(process, Processes.SIGKILL);
            } catch (ErrnoException e) {
                if (!e.is(Errno.ESRCH)) {
                    throw e;
                }
            }
            Processes.await(monitor);
        }
        if (engineEnd != null) {
            engineEnd.close();
        }
        for (Fd fifo : fifos) {
            if (fifo != null) {
                fifo.close();
            }
        }
    }
}
