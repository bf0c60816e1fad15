package dev.lighter.container;

import dev.lighter.container.log.FollowedLog;
import dev.lighter.container.log.LogQuery;
import dev.lighter.container.log.LogSink;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection to the streams of a container: lives until the container's run or the client's interest ends. One thread shows,
 * another may type.
 */
public final class Attachment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attachment.class);

    private final ContainerView container;
    private final CompletableFuture<RunningContainer> process;
    private final FollowedLog log;
    private final Wish wish;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean left;

    /**
     * What a client wants of a container's streams.
     *
     * @param replay what was written before, first
     * @param stream what is written from now on
     * @param stdin whether the client sends input
     * @param detachKeys the keys that detach from a terminal, empty for the usual ones; null when none do
     */
    public record Wish(
            boolean replay,
            boolean stream,
            boolean stdin,
            boolean stdout,
            boolean stderr,
            @Nullable String detachKeys) {
        /** Fails when the keys are none. */
        public Wish {
            if (detachKeys != null && !detachKeys.isEmpty()) {
                DetachKeys.parse(detachKeys);
            }
        }
    }

    private Attachment(
            ContainerView container, CompletableFuture<RunningContainer> process, FollowedLog log, Wish wish) {
        this.container = container;
        this.process = process;
        this.log = log;
        this.wish = wish;
    }

    /** Attaches to a container, running or not; what it writes from now on is not missed. */
    public static Attachment open(ContainerService containers, OutputService outputs, String reference, Wish wish)
            throws IOException {
        ContainerView container = containers.get(reference);
        CompletableFuture<RunningContainer> process = containers.process(container.id());
        FollowedLog log = outputs.output(container, reference, wish.replay());
        boolean opened = false;
        try {
            containers.attached(container.id());
            opened = true;
            return new Attachment(container, process, log, wish);
        } finally {
            if (!opened) {
                log.close();
            }
        }
    }

    /** Whether the container's streams are a terminal. */
    public boolean isTerminal() {
        return container.spec().streams().terminal();
    }

    /** Whether what the client sends goes anywhere. */
    public boolean takesInput() {
        return wish.stdin() && wish.stream() && container.spec().streams().openStdin();
    }

    /** Gives what the container writes, until it ends or the client leaves. */
    public void show(LogSink sink) throws IOException {
        show(sink, () -> true);
    }

    /**
     * The same for a client that may go away without a word.
     *
     * @param client whether it is still there
     */
    public void show(LogSink sink, BooleanSupplier client) throws IOException {
        LogQuery query = new LogQuery(wish.stdout(), wish.stderr(), null, null, -1, false);
        if (wish.stream()) {
            log.follow(query, sink, () -> !left && client.getAsBoolean());
        } else {
            log.read(query, sink);
        }
    }

    /**
     * Brings what the client sends to the container, from when it runs, until the client has no more; that closes the container's input when
     * it was created so.
     */
    public void type(InputStream input) {
        String keys = wish.detachKeys();
        InputStream typed = isTerminal() && keys != null ? new DetachKeys(input, keys) : input;
        try {
            RunningContainer running = process.join();
            ClientInput.bring(typed, running::writeStdin);
            if (typed instanceof DetachKeys detach && detach.isDetached()) {
                leave();
                return;
            }
            if (container.spec().streams().stdinOnce()) {
                running.closeStdin();
            }
        } catch (IOException | CancellationException | CompletionException e) {
            LOG.debug("Input to container {} ends", container.shortId(), e);
        }
    }

    /** Reads all that a client sends, also what nobody takes, until it has no more; then it is gone, and leaves. */
    public void converse(InputStream input) throws IOException {
        try {
            if (takesInput()) {
                type(input);
            }
            var ignored = input.transferTo(OutputStream.nullOutputStream());
        } finally {
            leave();
        }
    }

    /** Ends {@link #show} soon: the client has gone. */
    public void leave() {
        left = true;
        log.wake();
    }

    /** Does nothing when it is closed already. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            log.close();
        }
    }
}
