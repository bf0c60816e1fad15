package dev.lighter.launch;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.EventLoop;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Processes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that was executed in a container to ask it something: the beginning of its output is gathered on the engine's event thread, so
 * that nobody waits for it. It is over when the process has ended; what it has left running keeps nothing open. Safe for all threads.
 */
public final class Probe {
    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);
    private static final int PIECE = 64 * 1024;

    private final RunningExec exec;
    private final EventLoop loop;
    private final int most;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private boolean truncated;

    /**
     * How it ended.
     *
     * @param exitCode 128 and the signal's number where one ended it
     * @param output of both streams, as it came
     * @param truncated whether there was more of it
     */
    public record Result(int exitCode, byte[] output, boolean truncated) {}

    private Probe(RunningExec exec, EventLoop loop, int most) {
        this.exec = exec;
        this.loop = loop;
        this.most = most;
    }

    /** Gathers the output of a process, up to so many bytes. */
    static Probe of(RunningExec exec, EventLoop loop, int most) throws ErrnoException {
        Probe probe = new Probe(exec, loop, most);
        for (Fd stream : exec.outputs()) {
            Channels.dontWait(stream);
            loop.add(stream, EventLoop.EPOLLIN, events -> probe.read(stream));
        }
        var ignored = exec.exit().thenAccept(code -> loop.execute(() -> probe.end(code)));
        return probe;
    }

    /** Reads a piece; gives whether there may be more at once. */
    private boolean read(Fd stream) {
        piece.clear();
        long count = stream.read(piece);
        if (count > 0) {
            piece.flip();
            int room = most - output.size();
            byte[] taken = new byte[Math.min(room, piece.remaining())];
            truncated |= taken.length < piece.remaining();
            piece.get(taken);
            output.writeBytes(taken);
            return true;
        }
        if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            loop.removeAndClose(stream);
        }
        return false;
    }

    private void end(int code) {
        for (Fd stream : exec.outputs()) {
            // Not for ever: somebody may be left who writes on.
            for (long left = most; left > 0 && !stream.isClosed() && read(stream); ) {
                left -= piece.limit();
            }
            loop.removeAndClose(stream);
        }
        exec.close();
        result.complete(new Result(code, output.toByteArray(), truncated));
    }

    /** Completes when the process has ended. Completed on the engine's event thread: dependants must not block there. */
    public CompletableFuture<Result> result() {
        return result;
    }

    /** Ends the process, and all that are in its group. */
    public void kill() {
        // Processes are collected on this thread, too: the id is still that of the process.
        loop.execute(() -> {
            if (exec.exit().isDone()) {
                return;
            }
            try {
                Processes.signalGroup(exec.pid(), Processes.SIGKILL);
            } catch (ErrnoException e) {
                LOG.warn("Process {} cannot be ended: {}", exec.pid(), e.getMessage());
            }
        });
    }
}
