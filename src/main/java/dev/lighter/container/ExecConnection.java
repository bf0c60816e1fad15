package dev.lighter.container;

import dev.lighter.container.log.LogSink;
import dev.lighter.error.EngineException;
import dev.lighter.launch.RunningExec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection to a program executed in a container: lives until the program or the client's interest ends. One thread runs it,
 * another may type.
 */
public final class ExecConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ExecConnection.class);

    private final ExecService execs;
    private final String id;
    private final ExecRequest request;
    private final CompletableFuture<RunningExec> started = new CompletableFuture<>();

    /** A connection to a program that is ready to be started, which it is by {@link #run}. Fails when it cannot be started. */
    public ExecConnection(ExecService execs, String id) {
        execs.requireStartable(id);
        this.execs = execs;
        this.id = id;
        this.request = execs.get(id).request();
    }

    /** What was asked to be executed. */
    public ExecRequest request() {
        return request;
    }

    /**
     * Executes the program and gives what it writes until it has ended, or the client detaches or hangs up. A program that cannot be executed
     * is told as if it had written that.
     *
     * @param size rows and columns of its terminal; null to leave them as they are
     * @return its exit code; null when the client has left before
     */
    public @Nullable Integer run(int @Nullable [] size, LogSink sink) throws IOException {
        RunningExec running;
        try {
            running = execs.start(id, true);
        } catch (EngineException e) {
            started.completeExceptionally(e);
            sink.accept(1, ByteBuffer.wrap((e.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8)));
            return execs.get(id).exitCode();
        }
        if (size != null && size.length == 2 && request.terminal()) {
            running.resize(size[0], size[1]);
        }
        started.complete(running);
        running.pump((stream, bytes) -> {
            if (stream == 1 ? request.stdout() : request.stderr()) {
                sink.accept(stream, bytes);
            }
        });
        // Whoever asks for the exit code when the stream is over is told it.
        return running.isLeft() ? null : running.exit().join();
    }

    /**
     * Brings what the client sends to the program, from when it runs, until the client has no more; the program sees the end of its input,
     * unless that is a terminal.
     *
     * @param detachable whether keys detach from its terminal
     */
    public void type(InputStream input, boolean detachable) {
        InputStream typed = detachable && request.terminal() ? new DetachKeys(input, request.detachKeys()) : input;
        try {
            RunningExec running = started.join();
            ClientInput.bring(typed, running::write);
            if (typed instanceof DetachKeys keys && keys.isDetached()) {
                running.detach();
            } else {
                running.closeInput();
            }
        } catch (IOException | IllegalStateException | CompletionException e) {
            LOG.debug("Input to exec {} ends", id, e);
        }
    }

    /** Reads all that a client sends, also what nobody takes, until it has no more; then it is gone, and a terminal hangs up. */
    public void converse(InputStream input) throws IOException {
        try {
            if (request.stdin()) {
                type(input, false);
            }
            var rest = input.transferTo(OutputStream.nullOutputStream());
        } finally {
            var hangingUp = started.thenAccept(RunningExec::hangUp);
        }
    }
}
