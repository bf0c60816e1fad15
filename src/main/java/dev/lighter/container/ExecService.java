package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.LaunchException;
import dev.lighter.launch.LaunchSpec;
import dev.lighter.launch.RunningContainer;
import dev.lighter.launch.RunningExec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Programs executed in containers that run. They are known from their creation until the container ends or many others have come after
 * them; an engine that starts anew knows none of them, though they run on. Safe for all threads.
 */
@Service
public class ExecService {
    private static final int MOST = 4096;
    private static final int MOST_RUNNING = 4096;
    private static final int OTHER_FAILURE = 126;

    private final ContainerService containers;
    private final ContainerLauncher launcher;
    private final ContainerEvents events;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** One program; changes under its own lock. */
    private static final class Entry {
        final String id = ContainerNames.newId();
        final Container container;
        final ExecRequest request;
        boolean begun;

        @Nullable
        RunningExec running;

        /** The exit code of one that could not be executed. */
        @Nullable
        Integer failure;

        Entry(Container container, ExecRequest request) {
            this.container = container;
            this.request = request;
        }

        /** Asked of the process itself: whoever has seen it end is told its exit code. */
        @Nullable
        synchronized Integer exitCode() {
            return running == null ? failure : running.exit().getNow(null);
        }

        synchronized ExecView view() {
            RunningExec now = running;
            Integer code = exitCode();
            return new ExecView(
                    id, container.id, request, now != null && code == null, now == null ? 0 : now.pid(), code);
        }
    }

    ExecService(ContainerService containers, ContainerLauncher launcher) {
        this.containers = containers;
        this.launcher = launcher;
        this.events = containers.events();
    }

    /** Makes ready to execute; gives the id. Nothing runs yet. */
    public String create(String reference, ExecRequest request) {
        if (request.command().isEmpty() || request.command().get(0).isEmpty()) {
            throw EngineException.invalid("No exec command specified");
        }
        for (String argument : request.command()) {
            if (argument.indexOf('\0') >= 0) {
                throw EngineException.invalid("an argument of the command contains a NUL character");
            }
        }
        SpecMaker.environment(List.of(), request.env());
        String directory = request.workingDirectory();
        if (!directory.isEmpty() && !directory.startsWith("/")) {
            throw EngineException.invalid("WorkingDir: \"" + directory + "\" must be an absolute path");
        }
        Container container = containers.registry().find(reference);
        requireRunning(container);
        Entry entry = new Entry(container, request);
        keep(entry);
        events.execCreated(container.view(), entry.id, request.command());
        return entry.id;
    }

    /** Forgets as many of the oldest that do not run as there are too many; those whose container has ended first of all. */
    private void keep(Entry entry) {
        synchronized (entries) {
            entries.put(entry.id, entry);
            forget(entries.size() - MOST, old -> old.container.running == null);
            forget(entries.size() - MOST, old -> !old.view().running());
            if (entries.size() > MOST + MOST_RUNNING) {
                entries.remove(entry.id);
                throw EngineException.unavailable("more than " + (MOST + MOST_RUNNING)
                        + " executed programs are running: wait until some have ended");
            }
        }
    }

    private void forget(int count, Predicate<Entry> which) {
        Iterator<Entry> oldest = entries.values().iterator();
        int left = count;
        while (left > 0 && oldest.hasNext()) {
            if (which.test(oldest.next())) {
                oldest.remove();
                left--;
            }
        }
    }

    private static RunningContainer requireRunning(Container container) {
        RunningContainer running = container.running;
        if (running == null) {
            throw EngineException.conflict("container " + container.id + " is not running");
        }
        if (container.state.isPaused()) {
            throw EngineException.conflict(
                    "Container " + container.id + " is paused, unpause the container before exec");
        }
        return running;
    }

    /** The ids of the programs of a container that have not ended, oldest first. */
    public List<String> ids(String containerId) {
        synchronized (entries) {
            return entries.values().stream()
                    .filter(entry -> entry.container.id.equals(containerId) && entry.exitCode() == null)
                    .map(entry -> entry.id)
                    .toList();
        }
    }

    /** The program with this id. */
    public ExecView get(String id) {
        return find(id).view();
    }

    private Entry find(String id) {
        synchronized (entries) {
            Entry entry = entries.get(id);
            if (entry == null && id.length() >= 12) {
                entry = entries.values().stream()
                        .filter(one -> one.id.startsWith(id))
                        .findFirst()
                        .orElse(null);
            }
            if (entry == null) {
                throw EngineException.notFound("No such exec instance: " + id);
            }
            return entry;
        }
    }

    /** Says whether it can be started now: throws what {@link #start} would, before a connection is taken over. */
    public void requireStartable(String id) {
        Entry entry = find(id);
        synchronized (entry) {
            if (entry.exitCode() != null) {
                throw EngineException.conflict("Error: Exec command " + id + " has already run");
            }
            if (entry.begun) {
                throw EngineException.conflict("Error: Exec command " + id + " is already running");
            }
        }
        requireRunning(entry.container);
    }

    /**
     * Executes a program that was made ready; returns when it runs.
     *
     * @param attached whether the caller will {@linkplain RunningExec#pump read} its output
     */
    public RunningExec start(String id, boolean attached) {
        requireStartable(id);
        Entry entry = find(id);
        RunningContainer container = requireRunning(entry.container);
        synchronized (entry) {
            if (entry.begun) {
                throw EngineException.conflict("Error: Exec command " + id + " is already running");
            }
            entry.begun = true;
        }
        RunningExec running;
        try (Fd process = container.pidfd()) {
            running = launcher.execute(
                    containers.launchSpec(entry.container), command(entry, attached), process, attached);
        } catch (LaunchException e) {
            fail(entry, e.exitCode() == 127 ? 127 : OTHER_FAILURE);
            throw new EngineException(EngineException.Kind.INVALID, String.valueOf(e.getMessage()), e);
        } catch (ErrnoException e) {
            fail(entry, OTHER_FAILURE);
            throw EngineException.conflict("container " + entry.container.id + " is not running");
        }
        synchronized (entry) {
            entry.running = running;
        }
        events.execStarted(entry.container.view(), entry.id, entry.request.command());
        var ignored = running.exit()
                .thenAcceptAsync(code -> events.execEnded(entry.container.view(), entry.id, code), containers.exits());
        return running;
    }

    private static void fail(Entry entry, int code) {
        synchronized (entry) {
            entry.failure = code;
        }
    }

    private static LaunchSpec.Command command(Entry entry, boolean attached) {
        ExecRequest request = entry.request;
        ContainerSpec spec = entry.container.spec;
        List<String> environment = new ArrayList<>(SpecMaker.environment(spec.env(), request.env()));
        return new LaunchSpec.Command(
                request.command(),
                environment,
                request.workingDirectory().isEmpty() ? spec.workingDirectory() : request.workingDirectory(),
                request.user().isEmpty() ? spec.user() : request.user(),
                request.privileged(),
                request.stdin() && attached,
                request.terminal());
    }

    /** Changes the size of a program's terminal. */
    public void resize(String id, int rows, int columns) {
        Entry entry = find(id);
        RunningExec running;
        synchronized (entry) {
            running = entry.running;
        }
        if (running == null || running.exit().isDone()) {
            throw EngineException.conflict("exec process is not started");
        }
        try {
            running.resize(rows, columns);
        } catch (ErrnoException e) {
            throw EngineException.invalid("cannot resize exec " + id + ": it has no terminal");
        }
    }
}
