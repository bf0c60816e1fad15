package dev.lighter.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps with each container how it was made. Describing a program takes longer than running it, so that is done behind the start, by one
 * thread.
 */
final class AnatomyRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnatomyRecorder.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_CLOSE_SECONDS = 5;

    private final ExecutorService background = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "lighter-anatomy");
        thread.setDaemon(true);
        return thread;
    });

    private final Map<Path, Description> pending = new ConcurrentHashMap<>();

    /** One container's anatomy, written once by whoever comes first: the background, or a reader who cannot wait. */
    private static final class Description {
        private final Path directory;
        private ContainerProgram.@Nullable Built built;
        private final long[] times;

        Description(Path directory, ContainerProgram.Built built, long[] times) {
            this.directory = directory;
            this.built = built;
            this.times = times;
        }

        synchronized void write() throws IOException {
            ContainerProgram.Built unwritten = built;
            if (unwritten != null) {
                built = null;
                Path unfinished = directory.resolve(ContainerFiles.ANATOMY + ".new");
                Files.write(unfinished, JSON.writeValueAsBytes(describe(unwritten, times)));
                Files.move(unfinished, directory.resolve(ContainerFiles.ANATOMY), StandardCopyOption.ATOMIC_MOVE);
            }
        }

        synchronized void drop() {
            built = null;
        }
    }

    /** Describes a program that ran and keeps it in the container's directory. */
    void record(Path directory, ContainerProgram.Built built, LaunchReports reports) {
        Description description = new Description(directory, built, reports.times());
        Description earlier = pending.put(directory, description);
        if (earlier != null) {
            earlier.drop();
        }
        background.execute(() -> {
            try {
                description.write();
            } catch (IOException | JacksonException e) {
                LOG.warn("The anatomy of the container in {} is lost", directory, e);
            } finally {
                pending.remove(directory, description);
            }
        });
    }

    /** Writes nothing more into a directory; to be called before it is removed. */
    void drop(Path directory) {
        Description description = pending.remove(directory);
        if (description != null) {
            description.drop();
        }
    }

    Anatomy read(Path directory) throws IOException {
        Description description = pending.get(directory);
        if (description != null) {
            description.write();
        }
        return JSON.readValue(Files.readAllBytes(directory.resolve(ContainerFiles.ANATOMY)), Anatomy.class);
    }

    static Anatomy describe(ContainerProgram.Built built, long[] times) {
        Map<String, List<Anatomy.Call>> calls = new LinkedHashMap<>();
        Map<String, String> purposes = new LinkedHashMap<>();
        for (Step step : built.program().steps()) {
            String name = step.section.name();
            purposes.putIfAbsent(name, step.section.purpose());
            calls.computeIfAbsent(name, key -> new ArrayList<>());
            if (isShown(step)) {
                calls.get(name).add(new Anatomy.Call(step.shown(), CallPurposes.of(step)));
            }
        }
        List<Anatomy.Group> groups = new ArrayList<>();
        List<Anatomy.Group> untimed = new ArrayList<>();
        calls.forEach((name, list) -> {
            int timed = built.sections().indexOf(name);
            boolean known = timed >= 0 && timed + 1 < times.length;
            Anatomy.Group group = new Anatomy.Group(
                    name, purposes.getOrDefault(name, ""), known ? times[timed + 1] - times[timed] : 0, list);
            (timed >= 0 ? groups : untimed).add(group);
        });
        groups.addAll(untimed);
        return new Anatomy(groups, times.length == 0 ? 0 : times[times.length - 1] - times[0]);
    }

    /** Clock readings and jumps are how the program works, not what makes a container. */
    private static boolean isShown(Step step) {
        return !(step.call.equals("clock_gettime") && step.purpose.isEmpty()) && !step.call.equals("getpid");
    }

    /** Returns when what is pending has been written. */
    @Override
    public void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The anatomies of {} containers are lost", pending.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
