package dev.lighter.build;

import dev.lighter.build.dockerfile.Dockerfile;
import dev.lighter.build.dockerfile.DockerfileException;
import dev.lighter.build.dockerfile.Instruction;
import dev.lighter.build.dockerfile.RunMount;
import dev.lighter.build.dockerfile.Substitution;
import dev.lighter.error.EngineException;
import dev.lighter.image.TransferEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which stages a build needs, which of them need which others, and what those that are over have come to. */
final class Stages {
    private final Build build;
    private final Workshop workshop;
    private final List<Dockerfile.Stage> all;
    private final Map<Integer, Set<Integer>> needs = new TreeMap<>();
    private final Map<Integer, Result> results = new ConcurrentHashMap<>();
    private final int target;

    /** What a stage came to: its image, or null where it is empty. */
    private record Result(@Nullable String imageId) {}

    /** Finds out what the target needs. Fails where there is no such target. */
    Stages(Build build, Workshop workshop, Arguments arguments) {
        this.build = build;
        this.workshop = workshop;
        this.all = build.dockerfile().stages();
        this.target = target(build.request().target());
        need(target, arguments);
    }

    private int target(String name) {
        if (name.isEmpty()) {
            return all.size() - 1;
        }
        int found = indexOf(name, all.size());
        if (found < 0) {
            throw EngineException.invalid("failed to reach build target " + name + " in Dockerfile");
        }
        return found;
    }

    /** The stage before another one that a name or a number means, or -1. */
    private int indexOf(String name, int before) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (int i = before - 1; i >= 0; i--) {
            if (all.get(i).from().name().equals(lower)) {
                return i;
            }
        }
        if (name.matches("\\d{1,4}") && Integer.parseInt(name) < before) {
            return Integer.parseInt(name);
        }
        return -1;
    }

    private void need(int index, Arguments arguments) {
        if (needs.containsKey(index)) {
            return;
        }
        Set<Integer> needed = new TreeSet<>();
        needs.put(index, needed);
        Dockerfile.Stage stage = all.get(index);
        Instruction.From from = stage.from();
        Substitution values = new Substitution(
                from.source().line(), build.dockerfile().directives().escape(), arguments::global);
        int base = named(values.of(from.image()), index);
        if (base >= 0) {
            needed.add(base);
        }
        for (Instruction step : stage.steps()) {
            for (String name : sources(step)) {
                int one = indexOf(name, index);
                if (one >= 0) {
                    needed.add(one);
                } else if (name.matches("\\d{1,4}")) {
                    throw new DockerfileException(
                            step.source().line(),
                            "invalid from flag value " + name + ": there is no such stage before");
                }
            }
        }
        needed.forEach(one -> need(one, arguments));
    }

    private int named(String name, int before) {
        return name.matches("\\d+") ? -1 : indexOf(name, before);
    }

    private static List<String> sources(Instruction step) {
        if (step instanceof Instruction.Transfer transfer) {
            return transfer.options().from().isEmpty()
                    ? List.of()
                    : List.of(transfer.options().from());
        }
        if (step instanceof Instruction.Run run) {
            return run.mounts().stream()
                    .filter(mount -> mount.indexOf('$') < 0)
                    .map(mount -> RunMount.parse(run.source().line(), mount).from())
                    .filter(name -> !name.isEmpty())
                    .toList();
        }
        return List.of();
    }

    /** The stage that is to be built, by its number. */
    int target() {
        return target;
    }

    /** The numbers of all that are needed, in the file's order. */
    List<Integer> needed() {
        return List.copyOf(needs.keySet());
    }

    /** Those that another one needs at once. */
    Set<Integer> needsOf(int index) {
        return needs.getOrDefault(index, Set.of());
    }

    Dockerfile.Stage stage(int index) {
        return all.get(index);
    }

    void finished(int index, @Nullable String imageId) {
        results.put(index, new Result(imageId));
    }

    /** What another one came to; null where it is empty. */
    @Nullable
    String resultOf(int index) {
        Result result = results.get(index);
        return result == null ? null : result.imageId();
    }

    /** The view of one stage: names mean the stages before it. @param listener hears how pulls of images go on */
    Seen from(int index, Consumer<TransferEvent> listener) {
        return new Seen(index, listener);
    }

    /** What one stage sees of others, and of images. */
    final class Seen {
        private final int index;
        private final Consumer<TransferEvent> listener;
        private final Map<String, String> images = new HashMap<>();

        private Seen(int index, Consumer<TransferEvent> listener) {
            this.index = index;
            this.listener = listener;
        }

        /** Whether a name in FROM means a stage. */
        boolean isStage(String name) {
            return named(name, index) >= 0;
        }

        /** The image that a name means: of a stage, by name or number, or else of the engine; null for a stage that is empty. */
        @Nullable
        String imageOf(String name) {
            int stage = indexOf(name, index);
            if (stage >= 0) {
                if (!results.containsKey(stage)) {
                    throw EngineException.invalid("the stage " + name
                            + " is not built at this point: name it in COPY --from or FROM of the Dockerfile itself");
                }
                return resultOf(stage);
            }
            return images.computeIfAbsent(name, one -> {
                String id = workshop.base(one, build, listener).id();
                build.hold(id);
                return id;
            });
        }
    }
}
