package dev.lighter.container.process;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.MachineMemory;
import dev.lighter.kernel.ProcessStatus;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.cgroup.Cgroups;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Tells which processes containers have, seen from the host. Keeps nothing; safe for all threads. */
@Service
public class ContainerProcesses {
    private static final long NANOS_PER_TICK = 1_000_000_000L / ProcessStatus.TICKS_PER_SECOND;

    private final ContainerService containers;
    private final Cgroups cgroups;

    ContainerProcesses(ContainerService containers, Cgroups cgroups) {
        this.containers = containers;
        this.cgroups = cgroups;
    }

    /**
     * One process.
     *
     * @param pid its id on the host
     * @param user its name on the host, or its number
     * @param state as in ps(1), such as {@code S}
     * @param cpuNanos processor time used
     * @param memoryBytes memory in use that is not swapped
     */
    public record ContainerProcess(
            int pid,
            int parentPid,
            String user,
            String name,
            String command,
            String state,
            long threads,
            long cpuNanos,
            long memoryBytes,
            Instant startedAt) {}

    /** The processes of a container that runs, by their ids, in the columns that these arguments of ps(1) ask for. */
    public ProcessList list(String reference, String arguments) {
        ProcessFormat format = ProcessFormat.parse(arguments);
        HostFacts more = hostFacts();
        return new ProcessList(
                format.headings(),
                read(running(reference)).stream()
                        .map(process -> format.columns().stream()
                                .map(column -> column.column().of(process, more))
                                .toList())
                        .toList());
    }

    /** The processes of a container, by their ids; none when it does not run. */
    public List<ContainerProcess> processes(String reference) {
        HostFacts more = hostFacts();
        ContainerView container = containers.get(reference);
        if (!container.state().isRunning()) {
            return List.of();
        }
        return read(container).stream()
                .map(process -> new ContainerProcess(
                        process.pid(),
                        process.parent(),
                        ProcessColumn.USER.of(process, more),
                        process.name(),
                        ProcessColumn.ARGS.of(process, more),
                        ProcessColumn.STATE.of(process, more),
                        process.threads(),
                        (process.userTicks() + process.systemTicks()) * NANOS_PER_TICK,
                        process.residentKib() * 1024,
                        process.started(more.boot())))
                .toList();
    }

    private ContainerView running(String reference) {
        ContainerView container = containers.get(reference);
        if (container.state().isRestarting()) {
            throw EngineException.conflict(
                    "Container " + container.id() + " is restarting, wait until the container is running");
        }
        if (!container.state().isRunning()) {
            throw EngineException.conflict("container " + container.id() + " is not running");
        }
        return container;
    }

    private List<ProcessStatus> read(ContainerView container) {
        List<ProcessStatus> processes = new ArrayList<>();
        try {
            Optional<Cgroup> group =
                    cgroups.find(container.id(), container.spec().resources().cgroupParent());
            if (group.isEmpty()) {
                return processes;
            }
            for (int pid : group.get().processes().stream().sorted().toList()) {
                try {
                    processes.add(ProcessStatus.read(pid));
                } catch (ErrnoException e) {
                    // It has ended since it was listed.
                    if (!e.is(Errno.ENOENT) && !e.is(Errno.ESRCH)) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw failure(e);
        }
        return processes;
    }

    private static HostFacts hostFacts() {
        try {
            return new HostFacts(
                    new HostAccounts(),
                    ProcessStatus.boot(),
                    Instant.now(),
                    ZoneId.systemDefault(),
                    MachineMemory.bytes() / 1024);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static EngineException failure(IOException cause) {
        return EngineException.internal("processes cannot be read: " + cause.getMessage(), cause);
    }
}
