package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Processes;
import dev.lighter.kernel.Terminals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that was executed in a container which runs, with the ends of its streams. Whoever started it calls {@link #pump} once, or
 * {@link #close} when nobody wants its output. Input may be written by another thread.
 */
public final class RunningExec implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningExec.class);
    private static final int PIECE = 16 * 1024;
    private static final int POLL_MILLIS = 200;
    /** How long output of others is waited for that the process left behind with its streams. */
    private static final long GRACE_NANOS = 2_000_000_000L;

    private static final int ROOM_MILLIS = 20;

    private final Object lock = new Object();
    private final int pid;
    private final @Nullable Fd input;
    private final List<Fd> outputs;
    private final boolean terminal;
    private final CompletableFuture<Integer> exit;
    private volatile boolean detached;
    private volatile boolean hungUp;

    /**
     * @param input the writing end of its standard input; null for none; the terminal itself where there is one
     * @param outputs the reading ends of output and errors, the terminal alone, or none
     */
    RunningExec(int pid, @Nullable Fd input, List<Fd> outputs, boolean terminal, CompletableFuture<Integer> exit) {
        this.pid = pid;
        this.input = input;
        this.outputs = new ArrayList<>(outputs);
        this.terminal = terminal;
        this.exit = exit;
    }

    /** Takes what the process writes. */
    @FunctionalInterface
    public interface Sink {
        /**
         * A piece of output.
         *
         * @param stream 1 for output (and all of a terminal), 2 for errors
         */
        void accept(int stream, ByteBuffer bytes) throws IOException;
    }

    /** The process's id, seen from the host. */
    public int pid() {
        return pid;
    }

    /** Completes with the exit code: 128 and the signal's number where one ended it. Dependants must not block. */
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    /** The reading ends of its output and errors. */
    List<Fd> outputs() {
        return List.copyOf(outputs);
    }

    /** Brings all output to the sink, in this thread, until the process has ended and nothing is left, or somebody detaches; then closes. */
    public void pump(Sink sink) throws IOException {
        boolean left = false;
        try {
            left = move(sink, true);
        } finally {
            if (!left) {
                close();
            }
        }
        if (left) {
            // Without a reader the terminal would hang up, or be full one day, and end or stop the process.
            Thread thread = new Thread(this::discard, "lighter-exec-" + pid);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void discard() {
        try {
            move((stream, bytes) -> bytes.position(bytes.limit()), false);
        } catch (IOException e) {
            LOG.debug("Nobody's output of process {} ends", pid, e);
        } finally {
            close();
        }
    }

    /** Gives whether it ended because somebody detached. */
    private boolean move(Sink sink, boolean detachable) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        List<Fd> open = new ArrayList<>(outputs);
        long ended = 0;
        try (Fd process = exitWatch()) {
            while (!open.isEmpty()) {
                List<Fd> watched = new ArrayList<>(open);
                if (ended == 0) {
                    watched.add(process);
                }
                boolean[] ready = Fd.awaitReadable(watched, POLL_MILLIS);
                boolean any = false;
                for (int i = 0; i < watched.size(); i++) {
                    Fd fd = watched.get(i);
                    if (!ready[i]) {
                        continue;
                    }
                    if (fd == process) {
                        ended = System.nanoTime();
                    } else {
                        any = true;
                        if (!read(fd, piece, sink)) {
                            open.remove(fd);
                        }
                    }
                }
                if (hungUp) {
                    return false;
                }
                if (detachable && detached) {
                    return true;
                }
                if (ended != 0 && !any && System.nanoTime() - ended > GRACE_NANOS) {
                    return false;
                }
            }
        }
        return false;
    }

    /** Readable when the process has ended. The process may have been collected already: then something that is readable at once. */
    private Fd exitWatch() throws ErrnoException {
        try {
            return Processes.pidfd(pid);
        } catch (ErrnoException e) {
            if (e.is(Errno.ESRCH)) {
                return Fd.open(Path.of("/dev/null"), Fd.O_RDONLY, 0);
            }
            throw e;
        }
    }

    private boolean read(Fd fd, ByteBuffer piece, Sink sink) throws IOException {
        piece.clear();
        long count = fd.read(piece);
        if (count == -Errno.EINTR || count == -Errno.EAGAIN) {
            return true;
        }
        if (count == 0 || terminal && count == -Errno.EIO) {
            return false;
        }
        if (count < 0) {
            throw new ErrnoException("read", "output of process " + pid, (int) -count);
        }
        piece.flip();
        sink.accept(terminal || fd == outputs.get(0) ? 1 : 2, piece);
        return true;
    }

    /** Writes to its standard input, blocking while there is no room. Fails with EPIPE when nobody reads it any more. */
    public void write(ByteBuffer bytes) throws ErrnoException {
        Fd to = input;
        if (to == null) {
            throw new ErrnoException("write", "standard input", Errno.EPIPE);
        }
        ByteBuffer direct =
                ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
        while (direct.hasRemaining()) {
            synchronized (lock) {
                if (to.isClosed()) {
                    throw new ErrnoException("write", "standard input", Errno.EPIPE);
                }
                if (to.writeSome(direct)) {
                    continue;
                }
                // Short, for whoever wants to close it meanwhile.
                to.awaitWritable(ROOM_MILLIS);
            }
        }
    }

    /** Ends {@link #pump} soon; the process runs on, with a terminal that nobody reads. */
    public void detach() {
        detached = true;
    }

    /** Ends {@link #pump} soon and lets the streams go: a terminal hangs up, which ends a shell and what it runs. */
    public void hangUp() {
        hungUp = true;
    }

    /** Whether somebody has detached or hung up, so that the end of {@link #pump} is not the program's end. */
    public boolean isLeft() {
        return detached || hungUp;
    }

    /** The process sees the end of its input. A terminal has none. */
    public void closeInput() {
        Fd to = input;
        if (to != null && !terminal) {
            synchronized (lock) {
                to.close();
            }
        }
    }

    /** Changes the size of its terminal. Fails with EINVAL where it has none. */
    public void resize(int rows, int columns) throws ErrnoException {
        synchronized (lock) {
            if (!terminal || outputs.isEmpty() || outputs.get(0).isClosed()) {
                throw new ErrnoException("resize", "process " + pid, Errno.EINVAL);
            }
            Terminals.resize(outputs.get(0), rows, columns);
        }
    }

    /** Lets its streams go; the process runs on. */
    @Override
    public void close() {
        synchronized (lock) {
            if (input != null) {
                input.close();
            }
            outputs.forEach(Fd::close);
        }
    }
}
