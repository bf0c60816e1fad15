package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.LinkCounters;
import dev.lighter.kernel.MachineMemory;
import dev.lighter.kernel.MachineTime;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.cgroup.CgroupFigures;
import dev.lighter.kernel.cgroup.CgroupStats;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Service;

/** Reads what containers use, each time anew from the kernel. Keeps nothing and has no threads; safe for all threads. */
@Service
public class ContainerMeter {
    private final ContainerService containers;

    ContainerMeter(ContainerService containers) {
        this.containers = containers;
    }

    /** What one container uses, running or not. */
    public ContainerUsage usage(String reference) {
        return usage(containers.registry().find(reference));
    }

    /** What all containers that run use. */
    public List<ContainerUsage> usages() {
        // Nearly all of it is time in the kernel, which serves several readers at once.
        return containers.registry().all().parallelStream()
                .filter(container -> container.running != null)
                .map(this::usage)
                .toList();
    }

    private ContainerUsage usage(Container container) {
        long memory = container.spec.resources().memory();
        long limit = memory > 0 ? Math.min(memory, MachineMemory.bytes()) : MachineMemory.bytes();
        return reading(container, (group, links) ->
                        new ContainerUsage(container.view(), Instant.now(), group.stats(), limit, links))
                .orElseGet(() ->
                        new ContainerUsage(container.view(), Instant.now(), CgroupStats.NONE, limit, List.of()));
    }

    /** All figures of one container; empty when it does not run. */
    public Optional<ContainerFigures> figures(String reference) {
        return reading(containers.registry().find(reference), (group, links) -> {
            CgroupFigures figures = group.figures();
            long limit = figures.memory().limit();
            return new ContainerFigures(
                    Instant.now(),
                    figures,
                    MachineTime.read(),
                    limit > 0 ? Math.min(limit, MachineMemory.bytes()) : MachineMemory.bytes(),
                    links);
        });
    }

    /** Makes something of a control group and of the links beside it. */
    private interface Reader<T> {
        T read(Cgroup group, List<LinkCounters> links) throws IOException;
    }

    private <T> Optional<T> reading(Container container, Reader<T> reader) {
        RunningContainer running = container.running;
        if (running == null) {
            return Optional.empty();
        }
        try {
            Optional<Cgroup> group = running.cgroup();
            if (group.isEmpty()) {
                return Optional.empty();
            }
            List<LinkCounters> links =
                    container.spec.network().isHost() ? List.of() : LinkCounters.of(running.pid());
            return Optional.of(reader.read(group.get(), links));
        } catch (IOException e) {
            if (hasEnded(e)) {
                return Optional.empty();
            }
            throw EngineException.internal(
                    "the figures of container " + container.name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Who ends while it is read leaves files that are gone, or a process without a network. */
    private static boolean hasEnded(IOException failure) {
        return failure instanceof ErrnoException known
                && (known.is(Errno.ENOENT)
                        || known.is(Errno.ENODEV)
                        || known.is(Errno.ESRCH)
                        || known.is(Errno.EINVAL));
    }

    /** Waits so long, or until the container is removed; gives whether it still is there. */
    public boolean awaitNext(String reference, long millis) throws InterruptedException {
        CompletableFuture<WaitResult> removed;
        try {
            removed = containers.registry().find(reference).removed;
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
        try {
            removed.get(Math.max(0, millis), TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
