package dev.lighter.build;

import dev.lighter.error.EngineException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

    /** Something that the build has said: text, its image, or, with neither, that it is over. */
    private record Said(@Nullable String text, @Nullable String image) {}

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
                    say(waiting, new Said(text, null));
                }

                @Override
                public void image(String id) {
                    say(waiting, new Said(null, id));
                }
            });
            CompletableFuture<String> image = run.start(executor);
            var ignored = image.whenComplete((done, failed) -> say(waiting, new Said(null, null)));
            pass(waiting, output, client);
            return image.join();
        } catch (CompletionException | dev.lighter.build.dockerfile.DockerfileException e) {
            throw BuildRun.explained(e);
        } finally {
            executor.shutdownNow();
            build.awaitRemovals();
        }
    }

    private static void say(BlockingQueue<Said> waiting, Said said) {
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
                } else if (said.text() != null) {
                    if (gone == null) {
                        output.text(said.text());
                    }
                } else if (said.image() != null) {
                    if (gone == null) {
                        output.image(said.image());
                    }
                } else {
                    break;
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
