package dev.lighter.build;

import dev.lighter.build.dockerfile.Dockerfile;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Builds the stages that the target needs, each as soon as those it needs are there, and names what comes of it. Good for one build. */
final class BuildRun {
    private final Build build;
    private final Workshop workshop;
    private final BuildOutput output;
    private final Arguments arguments;
    private final Stages stages;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    BuildRun(Build build, Workshop workshop, BuildOutput output) {
        this.build = build;
        this.workshop = workshop;
        this.output = output;
        this.arguments = new Arguments(build.request().args(), build.request().target());
        char escape = build.dockerfile().directives().escape();
        build.dockerfile().globals().forEach(arg -> arguments.declareGlobal(arg, escape));
        this.stages = new Stages(build, workshop, arguments);
    }

    /** Builds on other threads; completes with the image's id when all of them are done with it. */
    CompletableFuture<String> start(Executor executor) {
        List<Integer> needed = stages.needed();
        OrderedOutput ordered = new OrderedOutput(output, needed.size());
        AtomicInteger step = new AtomicInteger();
        int steps = steps(needed);
        announce(ordered.part(0), step, steps, needed);
        Map<Integer, CompletableFuture<Void>> futures = new HashMap<>();
        int before = build.dockerfile().globals().size();
        for (int position = 0; position < needed.size(); position++) {
            int index = needed.get(position);
            int place = position;
            AtomicInteger number = new AtomicInteger(before);
            before += 1 + stages.stage(index).steps().size();
            CompletableFuture<?>[] awaited =
                    stages.needsOf(index).stream().map(futures::get).toArray(CompletableFuture<?>[]::new);
            futures.put(
                    index,
                    CompletableFuture.allOf(awaited)
                            .thenRunAsync(() -> stage(index, place, ordered, number, steps), executor));
        }
        return CompletableFuture.allOf(futures.values().toArray(CompletableFuture<?>[]::new))
                .handleAsync((done, failed) -> finish(failed), executor);
    }

    private int steps(List<Integer> needed) {
        int sum =
                build.dockerfile().globals().size() + (build.request().labels().isEmpty() ? 0 : 1);
        for (int index : needed) {
            sum += 1 + stages.stage(index).steps().size();
        }
        return sum;
    }

    private void announce(OrderedOutput.Part part, AtomicInteger step, int steps, List<Integer> needed) {
        Dockerfile dockerfile = build.dockerfile();
        if (!dockerfile.directives().syntax().isEmpty()) {
            part.text("[Note] syntax=" + dockerfile.directives().syntax()
                    + " is not looked at: this engine reads Dockerfiles itself\n");
        }
        int left = stages.target() + 1 - needed.size();
        if (left > 0) {
            part.text("[Note] " + left + (left == 1 ? " stage is" : " stages are")
                    + " left out: the target needs nothing of " + (left == 1 ? "it" : "them") + "\n");
        }
        for (Instruction.Arg global : dockerfile.globals()) {
            part.text("Step " + step.incrementAndGet() + "/" + steps + " : "
                    + global.source().text() + "\n");
        }
    }

    private void stage(int index, int place, OrderedOutput ordered, AtomicInteger number, int steps) {
        OrderedOutput.Part part = ordered.part(place);
        if (failure.get() != null) {
            return;
        }
        try {
            Map<String, String> labels =
                    index == stages.target() ? build.request().labels() : Map.of();
            StageBuild stage = new StageBuild(
                    build,
                    workshop,
                    stages.stage(index),
                    stages.from(index, part::transfer),
                    arguments,
                    part,
                    number,
                    steps);
            stages.finished(index, stage.run(labels));
            part.end();
        } catch (IOException | RuntimeException e) {
            if (failure.compareAndSet(null, e)) {
                ordered.abandon(place);
                build.cancel("another stage has failed");
            }
            throw new CompletionException(e);
        }
    }

    private String finish(@Nullable Throwable failed) {
        Throwable first = failure.get();
        if (first != null || failed != null) {
            throw new CompletionException(first == null ? failed : first);
        }
        build.check();
        String image = stages.resultOf(stages.target());
        if (image == null) {
            throw EngineException.invalid("No image was generated. Is your Dockerfile empty?");
        }
        Set<String> unused = arguments.unused();
        if (!unused.isEmpty()) {
            output.text("[Warning] One or more build-args " + unused + " were not consumed\n");
        }
        for (ImageReference name : build.request().names()) {
            String tag = name.tag();
            workshop.images().tag(image, name.repository(), tag == null ? "" : tag);
        }
        output.image(image);
        output.text("Successfully built " + StageBuild.shortId(image) + "\n");
        for (ImageReference name : build.request().names()) {
            output.text("Successfully tagged " + name.orLatest().familiar() + "\n");
        }
        return image;
    }

    /** What went wrong, as an exception for those who asked for the build. */
    static RuntimeException explained(Throwable failed) {
        Throwable cause = failed;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof EngineException || cause instanceof UncheckedIOException) {
            return (RuntimeException) cause;
        }
        if (cause instanceof dev.lighter.build.dockerfile.DockerfileException known) {
            return EngineException.invalid(String.valueOf(known.getMessage()));
        }
        return EngineException.internal("the build failed: " + cause.getMessage(), cause);
    }
}
