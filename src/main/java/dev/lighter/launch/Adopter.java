package dev.lighter.launch;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.cgroup.Cgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over containers that an earlier engine launched, or tells how they ended. Safe for all threads, one container by one thread. */
final class Adopter {
    private static final Logger LOG = LoggerFactory.getLogger(Adopter.class);

    private final MonitoredContainer.Surroundings surroundings;

    Adopter(MonitoredContainer.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Takes a container over from its directory and, where it has one, its control group. */
    Adoption adopt(String id, Path path, LogPolicy policy, Optional<Cgroup> cgroup) throws IOException {
        try (Fd directory = LaunchDirectory.open(path)) {
            Fd control;
            try {
                control = Channels.connect(directory, ContainerFiles.MONITOR_SOCKET);
            } catch (ErrnoException e) {
                if (e.is(Errno.ECONNREFUSED) || e.is(Errno.ENOENT)) {
                    return ended(id, path, policy, cgroup);
                }
                throw e;
            }
            boolean done = false;
            boolean terminal = !Files.exists(path.resolve(ContainerFiles.STDOUT));
            Fd[] fifos = new Fd[terminal ? 1 : 2];
            try {
                int monitor = Channels.peerPid(control);
                MonitorMessage hello;
                try {
                    hello = MonitorLink.hear(control);
                } catch (ErrnoException e) {
                    if (e.is(Errno.ECONNRESET)) {
                        return ended(id, path, policy, cgroup);
                    }
                    throw e;
                }
                completeLog(id, path, policy);
                if (terminal) {
                    fifos[0] = MonitorLink.terminalOf(monitor);
                } else {
                    MonitorLink.openFifos(path, fifos);
                }
                MonitoredContainer container = new MonitoredContainer(
                        id, path, policy, surroundings, hello.pid(), monitor, control, fifos, cgroup.orElse(null));
                container.watch();
                done = true;
                return new Adoption.Running(container);
            } finally {
                if (!done) {
                    MonitorLink.giveUp(-1, control, fifos);
                }
            }
        }
    }

    private void completeLog(String id, Path path, LogPolicy policy) throws IOException {
        if (LogWriter.complete(path)) {
            surroundings.listener().rotated(id, path, policy);
        }
    }

    private Adoption ended(String id, Path path, LogPolicy policy, Optional<Cgroup> cgroup) throws IOException {
        if (cgroup.isPresent() && !cgroup.get().processes().isEmpty()) {
            LOG.warn("Container {} lost its monitor; what is left of it is killed", id);
            cgroup.get().killAll();
        }
        completeLog(id, path, policy);
        boolean oomKilled = MonitoredContainer.clearCgroup(cgroup.orElse(null), id);
        if (!Files.exists(path.resolve(ContainerFiles.MONITOR_SOCKET))
                && !Files.exists(path.resolve(ContainerFiles.EXIT))) {
            return new Adoption.NeverStarted();
        }
        return new Adoption.Ended(MonitoredContainer.recorded(path, oomKilled));
    }
}
