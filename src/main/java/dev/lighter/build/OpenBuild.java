package dev.lighter.build;

import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.error.EngineException;
import dev.lighter.image.TransferEvent;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A build whose files are here and whose Dockerfile is read: to be run once, and closed, which removes the files. For one thread. */
public final class OpenBuild implements AutoCloseable {
    private static final int MOST_WAITING = 512;
    private static final long LOOK_MILLIS = 200;

    private final Build build;
    private final Workshop workshop;
    private final int threads;
    private final Runnable onClose;

    OpenBuild(Build build, Workshop workshop, int threads, Runnable onClose) {
        this.build = build;
        this.workshop = workshop;
        this.threads = threads;
        this.onClose = onClose;
    }

    /** By which it can be cancelled. */
    public String id() {
        return build.id();
    }

    /** Something that the build has said, to be said again; null for its end. */
    private record Said(@Nullable Consumer<BuildOutput> words) {}

    /**
     * Builds; gives the image's id. All output comes on the calling thread. Fails with INVALID where the Dockerfile or a step does, with a
     * {@link StepExitException} as its cause where a program ended so.
     *
     * @param client asked now and then whether somebody still listens; the build ends soon when not
     */
    public String run(BuildOutput output, BooleanSupplier client) {
        BlockingQueue<Said> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "lighter-build");
            thread.setDaemon(true);
            return thread;
        });
        try {
            BuildRun run = new BuildRun(build, workshop, new BuildOutput() {
                @Override
                public void text(String text) {
                    say(waiting, to -> to.text(text));
                }

                @Override
                public void transfer(TransferEvent event) {
                    say(waiting, to -> to.transfer(event));
                }

                @Override
                public void image(String id) {
                    say(waiting, to -> to.image(id));
                }
            });
            CompletableFuture<String> image = run.start(executor);
            var ignored = image.whenComplete((done, failed) -> say(waiting, null));
            pass(waiting, output, client);
            return image.join();
        } catch (CompletionException | DockerfileException e) {
            throw BuildRun.explained(e);
        } finally {
            executor.shutdownNow();
            build.awaitRemovals();
        }
    }

    private static void say(BlockingQueue<Said> waiting, @Nullable Consumer<BuildOutput> words) {
        Said said = new Said(words);
        boolean interrupted = false;
        while (true) {
            try {
                waiting.put(said);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives what is said to the output until the build is over. */
    private void pass(BlockingQueue<Said> waiting, BuildOutput output, BooleanSupplier client) {
        RuntimeException gone = null;
        while (true) {
            Said said = next(waiting);
            try {
                if (said == null) {
                    if (gone == null && !client.getAsBoolean()) {
                        build.cancel("the client has gone");
                    }
                } else if (said.words() == null) {
                    break;
                } else if (gone == null) {
                    said.words().accept(output);
                }
            } catch (RuntimeException e) {
                gone = e;
                build.cancel("the client has gone");
            }
        }
        if (gone != null) {
            throw gone;
        }
    }

    private @Nullable Said next(BlockingQueue<Said> waiting) {
        try {
            return waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            build.cancel("the engine ends");
            throw EngineException.unavailable("the engine ends");
        }
    }

    @Override
    public void close() {
        onClose.run();
    }
}
