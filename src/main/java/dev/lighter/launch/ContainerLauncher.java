package dev.lighter.launch;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.EventLoop;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.OverlayMounter;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.kernel.cgroup.DeviceAccess;
import dev.lighter.kernel.cgroup.DeviceRule;
import dev.lighter.kernel.cgroup.UnsupportedLimitException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes containers out of specifications, and finds them again after a restart of the engine. One per engine; safe for all threads. A
 * launch that fails leaves no process, mount or control group.
 */
public final class ContainerLauncher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLauncher.class);
    private static final int FINISHERS = 4;
    private static final int PLANNERS = 2;
    private static final int OPEN_LOGS = 1024;

    private final Cgroups cgroups;
    private final FactFinder facts;
    private final Stub stub;
    private final OverlayMounter overlays;
    private final BaseLayer base;
    private final EventLoop loop;
    private final ExecutorService finisher;
    private final ExecutorService planners;
    private final AnatomyRecorder anatomies = new AnatomyRecorder();
    private final MonitoredContainer.Surroundings surroundings;
    private final Fd nullDevice;
    private final ExecLauncher execs;
    private final Adopter adopter;
    private final UserNamespaces userNamespaces;
    private final DetachedRoots roots;

    /**
     * @param cgroups where the containers' control groups live
     * @param listener hears of every container's log
     * @param base a directory for what lies below all images, on the filesystem of their layers
     */
    public ContainerLauncher(Cgroups cgroups, LogListener listener, Path base) throws IOException {
        this.cgroups = cgroups;
        this.base = new BaseLayer(base);
        this.facts = new FactFinder();
        this.stub = new Stub();
        this.overlays = new OverlayMounter();
        this.loop = new EventLoop("lighter-events");
        this.finisher = threads(FINISHERS, "lighter-finisher");
        this.planners = threads(PLANNERS, "lighter-planner");
        OpenLogs logs = new OpenLogs(OPEN_LOGS);
        this.nullDevice = logs.nullDevice();
        this.userNamespaces = new UserNamespaces(stub, nullDevice);
        this.roots = new DetachedRoots(overlays, this.base, userNamespaces);
        this.execs = new ExecLauncher(stub, facts, loop, nullDevice);
        this.surroundings =
                new MonitoredContainer.Surroundings(loop, finisher, listener, logs, ConcurrentHashMap.newKeySet());
        this.adopter = new Adopter(surroundings);
    }

    private static ExecutorService threads(int count, String name) {
        return Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Makes what a container's new directory needs before its first launch: an empty log that clients can open. */
    public void prepare(Path path) throws IOException {
        try (Fd directory = LaunchDirectory.open(path)) {
            LaunchDirectory.createLog(directory);
        }
    }

    /**
     * Makes and starts a container; returns when its program has been executed. The container's directory must be {@linkplain #prepare
     * prepared}.
     *
     * @param network what it joins
     * @param joined what it joins of other containers
     * @throws LaunchException with the step that failed, in words
     */
    public RunningContainer launch(LaunchSpec spec, LaunchNetwork network, JoinedNamespaces joined)
            throws LaunchException {
        try (Fd directory = LaunchDirectory.open(spec.directory());
                UserNamespaces.Use users = userNamespaces.use(spec.ids());
                PreparedMounts mounts = PreparedMounts.prepare(spec, users.namespace(), overlays)) {
            Future<Plan> planned = planners.submit(() -> plan(spec, network, mounts));
            try {
                LaunchDirectory.prepare(directory, spec);
                return launch(spec, network, joined, directory, users, mounts, planned);
            } catch (LaunchException | IOException | RuntimeException e) {
                undo(planned);
                throw e;
            }
        } catch (UnsupportedLimitException e) {
            throw LaunchException.refusal("failed to create task for container: " + e.getMessage());
        } catch (IOException e) {
            throw new LaunchException("failed to create task for container: " + e.getMessage(), 128);
        } catch (IllegalArgumentException e) {
            throw new LaunchException("failed to create task for container: " + e.getMessage(), 128);
        }
    }

    /** What is made on a second thread while the first prepares files and the stub's process. */
    private record Plan(Cgroup cgroup, ContainerProgram.Built built) {}

    private Plan plan(LaunchSpec spec, LaunchNetwork network, PreparedMounts mounts)
            throws LaunchException, IOException {
        List<DeviceNode> devices = HostDevices.find(spec.isolation());
        Cgroup cgroup = cgroups.create(
                spec.id(),
                spec.resources().cgroupParent(),
                spec.resources().limits(),
                access(spec.isolation(), devices));
        try {
            if (spec.isolation().files().writableControlGroups() && spec.ids().isMapped()) {
                cgroup.delegate(spec.ids().toHost(0), spec.ids().toHost(0));
            }
            return new Plan(cgroup, ContainerProgram.build(spec, facts.find(spec, cgroup, devices), network, mounts));
        } catch (LaunchException | IOException | RuntimeException e) {
            cgroup.remove();
            throw e;
        }
    }

    private static DeviceAccess access(LaunchIsolation isolation, List<DeviceNode> devices) {
        if (isolation.privileged()) {
            return DeviceAccess.EVERYTHING;
        }
        List<DeviceRule> rules = new ArrayList<>(isolation.devices().rules());
        devices.forEach(device -> rules.add(device.rule()));
        return DeviceAccess.usualAnd(rules);
    }

    private static <T> T await(Future<T> planned) throws LaunchException, IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return planned.get();
                } catch (InterruptedException e) {
                    // A plan takes a millisecond, and half of it must not stay behind.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof LaunchException failure) {
                throw failure;
            }
            if (cause instanceof IOException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** After a failure: a plan that failed has cleared up after itself, and another's control group is removed. */
    private static void undo(Future<Plan> planned) throws IOException {
        Plan plan;
        try {
            plan = await(planned);
        } catch (LaunchException | IOException | RuntimeException e) {
            LOG.debug("Nothing of the plan is left", e);
            return;
        }
        plan.cgroup().remove();
    }

    private RunningContainer launch(
            LaunchSpec spec,
            LaunchNetwork network,
            JoinedNamespaces joined,
            Fd directory,
            UserNamespaces.Use users,
            PreparedMounts mounts,
            Future<Plan> planned)
            throws LaunchException, IOException {
        Fd[] fifos = new Fd[spec.terminal() ? 1 : 2];
        Fd engineEnd = null;
        int monitor = -1;
        boolean done = false;
        try (Fd root = overlays.mount(
                base.below(spec.layers()),
                spec.upperDirectory(),
                spec.directory().resolve(ContainerFiles.WORK),
                users.namespace())) {
            mounts.settleLinks(root);
            if (!spec.terminal()) {
                MonitorLink.openFifos(spec.directory(), fifos);
            }
            LaunchReports reports;
            Plan plan;
            Channels.Pair control = Channels.socketPair();
            engineEnd = control.first();
            try (Fd stubEnd = control.second();
                    Channels.Pair report = Channels.pipe()) {
                List<Fd> descriptors = new ArrayList<>(List.of(
                        nullDevice,
                        nullDevice,
                        nullDevice,
                        stubEnd,
                        report.second(),
                        directory,
                        root,
                        orNull(network.namespace())));
                if (joined.pid() != null || joined.ipc() != null) {
                    descriptors.add(orNull(joined.pid()));
                    descriptors.add(orNull(joined.ipc()));
                }
                for (PreparedMounts.Prepared mount : mounts.all()) {
                    while (descriptors.size() < Descriptors.MOUNTS) {
                        descriptors.add(nullDevice);
                    }
                    descriptors.add(mount.tree());
                }
                Fd namespace = users.namespace();
                if (namespace != null) {
                    while (descriptors.size() < Descriptors.MOUNTS) {
                        descriptors.add(nullDevice);
                    }
                    descriptors.add(namespace);
                }
                monitor = stub.start(descriptors.toArray(Fd[]::new));
                report.second().close();
                plan = await(planned);
                await(network.ready());
                Stub.send(engineEnd, plan.built().program());
                reports = LaunchReports.read(report.first(), plan.built().firstExec());
            }
            ContainerProgram.Built built = plan.built();
            if (reports.failedIndex() >= 0 && !executed(reports, built)) {
                throw LaunchFailures.explain(spec, built, reports);
            }
            MonitorMessage hello = MonitorLink.hear(engineEnd);
            if (spec.terminal()) {
                fifos[0] = MonitorLink.terminalOf(monitor);
            }
            MonitoredContainer container = new MonitoredContainer(
                    spec.id(),
                    spec.directory(),
                    spec.log(),
                    surroundings,
                    hello.pid(),
                    monitor,
                    engineEnd,
                    fifos,
                    plan.cgroup());
            anatomies.record(spec.directory(), built, reports);
            container.watch();
            done = true;
            return container;
        } finally {
            if (!done) {
                MonitorLink.giveUp(monitor, engineEnd, fifos);
            }
        }
    }

    private Fd orNull(@Nullable Fd descriptor) {
        return descriptor == null ? nullDevice : descriptor;
    }

    /** An attempt to execute that failed does not matter when a later one on the path did not. */
    private static boolean executed(LaunchReports reports, ContainerProgram.Built built) {
        return reports.failedIndex() >= built.firstExec() && reports.failedIndex() < built.lastExec();
    }

    /**
     * Takes over a container that an earlier engine launched: watches it again if it runs, otherwise tells how it ended. Its control group
     * is cleared in the latter case.
     *
     * @param cgroupParent as it was launched with, see {@link LaunchSpec.Resources}
     * @param policy what is kept of its output
     */
    public Adoption adopt(String id, Path path, String cgroupParent, LogPolicy policy) throws IOException {
        return adopter.adopt(id, path, policy, cgroups.find(id, cgroupParent));
    }

    /** Freezes all processes of a container, or lets them go on. */
    public void freeze(String id, String cgroupParent, boolean frozen) throws IOException {
        Cgroup cgroup =
                cgroups.find(id, cgroupParent).orElseThrow(() -> new IOException("the container has just ended"));
        if (frozen) {
            cgroup.freeze();
        } else {
            cgroup.thaw();
        }
    }

    /** Freezes a container that runs, or lets it go on, whatever an earlier engine has left of it. */
    public void settleFrozen(String id, String cgroupParent, boolean frozen) throws IOException {
        Optional<Cgroup> cgroup = cgroups.find(id, cgroupParent);
        if (cgroup.isPresent() && (frozen || cgroup.get().isAskedToFreeze())) {
            freeze(id, cgroupParent, frozen);
        }
    }

    /** The files of containers and images, for those who look at them or change them from outside. */
    public DetachedRoots roots() {
        return roots;
    }

    /** A user and a group, by number. */
    public record User(int uid, int gid) {}

    /** Whom a container's program runs as. */
    public User user(LaunchSpec spec) throws LaunchException, IOException {
        return facts.user(spec);
    }

    /**
     * Executes a program in a container that runs; returns when it has been executed.
     *
     * @param spec the container's specification
     * @param process the container's first process, see {@link RunningContainer#pidfd}
     * @param attached whether its output is read; otherwise it goes nowhere
     * @throws LaunchException with the step that failed, in words
     */
    public RunningExec execute(LaunchSpec spec, LaunchSpec.Command command, Fd process, boolean attached)
            throws LaunchException {
        try {
            Cgroup cgroup = cgroups.find(spec.id(), spec.resources().cgroupParent())
                    .orElseThrow(() -> new LaunchException("the container has just ended", 128));
            return execs.launch(spec.executing(command), cgroup, process, attached);
        } catch (IOException | IllegalArgumentException e) {
            throw new LaunchException("OCI runtime exec failed: " + e.getMessage(), 128);
        }
    }

    /**
     * Executes a program in a container that runs, to ask it something; returns when it has been executed.
     *
     * @param spec the container's specification
     * @param process the container's first process, see {@link RunningContainer#pidfd}
     * @param most how many bytes of its output are kept
     * @throws LaunchException with the step that failed, in words
     */
    public Probe probe(LaunchSpec spec, LaunchSpec.Command command, Fd process, int most) throws LaunchException {
        RunningExec exec = execute(spec, command, process, true);
        try {
            return Probe.of(exec, loop, most);
        } catch (ErrnoException e) {
            exec.close();
            throw new LaunchException("the output of the program cannot be read: " + e.getMessage(), 128);
        }
    }

    /** Changes the files of {@code /etc} that were generated for a container, which sees them at once if it runs. */
    public void configure(Path path, String hosts, String resolvConf) throws IOException {
        try (Fd directory = LaunchDirectory.open(path)) {
            LaunchDirectory.writeText(directory, ContainerFiles.HOSTS, hosts);
            LaunchDirectory.writeText(directory, ContainerFiles.RESOLV_CONF, resolvConf);
        }
    }

    /** Writes nothing more into a container's directory, which is about to be removed. */
    public void forget(Path directory) {
        anatomies.drop(directory);
    }

    /** How the latest launch from this directory made its container. Fails where there was none. */
    public Anatomy anatomy(Path directory) throws IOException {
        return anatomies.read(directory);
    }

    /** Lets all containers go; they run on under their monitors. Where there are none, nothing is left on the machine. */
    @Override
    public void close() {
        loop.close();
        surroundings.watched().forEach(MonitoredContainer::letGo);
        finisher.shutdown();
        planners.shutdown();
        anatomies.close();
        overlays.close();
        try {
            if (cgroups.list().isEmpty()) {
                cgroups.removeParent();
            }
        } catch (IOException e) {
            LOG.warn("The parent control group stays behind: {}", e.getMessage());
        }
    }
}
