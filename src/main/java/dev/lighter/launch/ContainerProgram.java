package dev.lighter.launch;

import static dev.lighter.launch.Arg.number;
import static dev.lighter.launch.Flags.AT_FDCWD;

import dev.lighter.kernel.Fd;
import dev.lighter.launch.LaunchIsolation.Space;
import dev.lighter.launch.Step.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program that makes one container: what its child half does, in the order of the architecture document, and in front of it what
 * monitor and container share. Reads like a list of what a container is.
 */
final class ContainerProgram {
    private static final int SIGCHLD = 17;
    private static final int TTY_GROUP = 5;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int TIMESPEC_BYTES = 16;
    private static final int MOST_TIMES = 16;
    private static final long AFTER_FLAGS = Flags.CLONE_NEWCGROUP;
    private static final long RESOLVE_NO_SYMLINKS = 4;
    private static final long OPEN_TREE_CLONE = 1;
    private static final long AT_EMPTY_PATH = 0x1000;

    private final LaunchSpec spec;
    private final ProgramFacts facts;
    private final LaunchNetwork network;
    private final PreparedMounts mounts;
    private final LaunchIsolation.Namespaces namespaces;
    private final ProgramBuilder program = new ProgramBuilder();
    private final Data times = program.zeros(16 + MOST_TIMES * TIMESPEC_BYTES);
    private final Data terminals = program.zeros(8);
    private final List<String> sections = new ArrayList<>();
    private @Nullable InitProgram init;
    private int readings;
    private int firstExec;
    private int lastExec;

    private ContainerProgram(LaunchSpec spec, ProgramFacts facts, LaunchNetwork network, PreparedMounts mounts) {
        this.spec = spec;
        this.facts = facts;
        this.network = network;
        this.mounts = mounts;
        this.namespaces = spec.isolation().namespaces();
    }

    /** A container's program, where in it the attempts to execute are, and its timed sections in order. */
    record Built(Program program, int firstExec, int lastExec, List<String> sections) {}

    /** Writes the program of a container. */
    static Built build(LaunchSpec spec, ProgramFacts facts, LaunchNetwork network, PreparedMounts mounts) {
        return new ContainerProgram(spec, facts, network, mounts).write();
    }

    private Built write() {
        program.keep(true);
        MonitorProgram monitor = new MonitorProgram(program);
        program.keep(false);
        begin("Namespaces", "The container gets its own view of processes, mounts, names, networks and queues.");
        Data sharedMemory = namespaces.ipc() == Space.JOINED && namespaces.sharedMemory() ? sharedMemory() : null;
        program.call("fchdir", number(Descriptors.DIRECTORY)).why("the monitor works in the container's directory");
        program.call("setsid").ignoringFailure().why("signals for the engine's terminal do not reach the container");
        monitor.prepare(spec.openStdin(), spec.terminal() ? terminals : null, spec.ids().toHost(TTY_GROUP));
        program.section(
                "Namespaces", "The container gets its own view of processes, mounts, names, networks and queues.");
        Label monitorStart = new Label();
        Label childStart = new Label();
        joinProcesses();
        Data cloneArguments = clone(monitor, monitorStart, childStart);
        // The child's half is written after the monitor's, so that the monitor's memory ends up in few pages.
        program.mark(monitorStart);
        if (facts.unifiedCgroup() != null) {
            program.call("close", Arg.valueAt(cloneArguments, CloneArguments.CGROUP_OFFSET, "fd"));
        }
        if (spec.terminal()) {
            program.call("close", Arg.valueAt(terminals, 0, "fd")).why("the container alone holds its terminals");
        }
        if (sharedMemory != null) {
            program.call("close", Arg.valueAt(sharedMemory, 0, "fd"));
        }
        closeOwners();
        program.call("close", number(Descriptors.NETWORK))
                .why("the monitor stays in the host's network and holds no other");
        if (!mounts.all().isEmpty() || spec.ids().isMapped()) {
            int last = mounts.afterLast() - (spec.ids().isMapped() ? 0 : 1);
            program.call("close_range", number(Descriptors.MOUNTS), number(last), Arg.ZERO)
                    .why("the container alone holds what is mounted into it");
            program.call("close_range", number(Descriptors.NETWORK + 1), number(Descriptors.STDOUT_FIFO - 1), Arg.ZERO);
        }
        program.keep(true);
        monitor.write(spec.log(), childStart);
        if (spec.isolation().init()) {
            init = new InitProgram(program);
            init.write(childStart);
        }
        program.keep(false);
        program.mark(childStart);
        network();
        queues();
        limits();
        filesystem(sharedMemory);
        names();
        privileges();
        execute();
        return new Built(program.link(), firstExec, lastExec, List.copyOf(sections));
    }

    /** Starts a section, with a reading of the clock. */
    private void begin(String name, String purpose) {
        program.section(name, purpose);
        sections.add(name);
        readClock();
    }

    private void readClock() {
        program.call(
                        "clock_gettime",
                        Arg.named(CLOCK_MONOTONIC, "CLOCK_MONOTONIC"),
                        Arg.address(times, 16 + readings * TIMESPEC_BYTES, "time"))
                .ignoringFailure();
        readings++;
    }

    /** Gives the {@code struct clone_args}. */
    private Data clone(MonitorProgram monitor, Label monitorStart, Label childStart) {
        Path cgroup = facts.unifiedCgroup();
        long flags = Flags.CLONE_NEWNS | Flags.CLONE_PIDFD;
        StringBuilder names = new StringBuilder("{CLONE_NEWNS");
        if (namespaces.pid() == Space.OWN) {
            flags |= Flags.CLONE_NEWPID;
            names.append("|CLONE_NEWPID");
        }
        if (namespaces.ipc() == Space.OWN) {
            flags |= Flags.CLONE_NEWIPC;
            names.append("|CLONE_NEWIPC");
        }
        if (namespaces.uts() == Space.OWN) {
            flags |= Flags.CLONE_NEWUTS;
            names.append("|CLONE_NEWUTS");
        }
        Data arguments = CloneArguments.make(program, flags, cgroup)
                .point(8, monitor.pidfdData(), monitor.pidfdOffset())
                .putLong(32, SIGCHLD);
        names.append(cgroup == null ? "" : "|CLONE_INTO_CGROUP").append("|CLONE_PIDFD, SIGCHLD}");
        program.call("clone3", Arg.address(arguments, names.toString()), number(CloneArguments.BYTES))
                .into(monitor.pidData(), monitor.pidOffset())
                .whenAbove(monitorStart)
                .why(
                        namespaces.pid() == Space.OWN
                                ? "the fork: the child becomes the container's process 1, the parent stays outside as its"
                                        + " monitor"
                                : "the fork: the child becomes the container's process, the parent stays as its monitor");
        program.call("getpid").then(childStart);
        return arguments;
    }

    /** The next child of this process will be among another container's processes. */
    private void joinProcesses() {
        if (namespaces.pid() == Space.JOINED) {
            program.call("setns", number(Descriptors.PID_OWNER), Arg.named(Flags.CLONE_NEWPID, "CLONE_NEWPID"))
                    .why("the container will be among the processes of another, and end with them");
        }
    }

    /** From here on queues, semaphores and shared memory are another container's. */
    private void queues() {
        if (namespaces.ipc() == Space.JOINED) {
            program.call("setns", number(Descriptors.IPC_OWNER), Arg.named(Flags.CLONE_NEWIPC, "CLONE_NEWIPC"))
                    .why("queues, semaphores and shared memory are those of another container");
        }
    }

    /** Goes into another container for a moment and brings back a mount of its shared memory; gives where its descriptor is. */
    private Data sharedMemory() {
        Data own = program.zeros(8);
        Data place = program.zeros(8);
        Data tree = program.zeros(8);
        Arg mounts = Arg.named(Flags.CLONE_NEWNS, "CLONE_NEWNS");
        program.call("openat", AT_FDCWD, program.string("/proc/self/ns/mnt"), Flags.READ_CLOEXEC, Arg.ZERO)
                .into(own, 0)
                .why("the way back");
        program.call("setns", number(Descriptors.IPC_OWNER), mounts)
                .why("where the shared memory of the other container is mounted");
        Data how = program.zeros(24)
                .putLong(0, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC)
                .putLong(16, RESOLVE_NO_SYMLINKS);
        program.call(
                        "openat2",
                        AT_FDCWD,
                        program.string("/dev/shm"),
                        Arg.address(how, "{O_PATH|O_DIRECTORY|O_CLOEXEC, RESOLVE_NO_SYMLINKS}"),
                        number(24))
                .into(place, 0)
                .why("must not be a link that the other container placed there");
        program.call(
                        "open_tree",
                        Arg.valueAt(place, 0, "fd"),
                        program.string(""),
                        Arg.named(
                                AT_EMPTY_PATH | OPEN_TREE_CLONE | Fd.O_CLOEXEC,
                                "AT_EMPTY_PATH|OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC"))
                .into(tree, 0)
                .why("a mount of the same memory");
        program.call("setns", Arg.valueAt(own, 0, "fd"), mounts).why("back again");
        program.call("close", Arg.valueAt(place, 0, "fd"));
        program.call("close", Arg.valueAt(own, 0, "fd"));
        return tree;
    }

    private void closeOwners() {
        if (namespaces.pid() == Space.JOINED || namespaces.ipc() == Space.JOINED) {
            program.call("close", number(Descriptors.PID_OWNER));
            program.call("close", number(Descriptors.IPC_OWNER))
                    .why("the monitor holds nothing of other containers");
        }
    }

    private void limits() {
        begin("Limits", "Control groups bound and count what the container uses, before its program exists.");
        Data fd = program.zeros(8);
        Data zero = program.text("0");
        for (var file : facts.taskFiles()) {
            program.call("openat", AT_FDCWD, program.string(file.toString()), Flags.WRITE_CLOEXEC, Arg.ZERO)
                    .into(fd, 0);
            program.call("write", Arg.valueAt(fd, 0, "fd"), Arg.address(zero, "\"0\""), number(1))
                    .why("joins the control group " + file.getParent());
            program.call("close", Arg.valueAt(fd, 0, "fd"));
        }
        OomScore.write(program, spec.resources().oomScoreAdjustment());
        if (namespaces.cgroup() == Space.OWN) {
            program.call("unshare", Arg.named(AFTER_FLAGS, "CLONE_NEWCGROUP"))
                    .why("its own control group is the root of all that it sees");
        }
        program.call("setsid").ignoringFailure().why("a session of its own");
    }

    private void filesystem(@Nullable Data sharedMemory) {
        begin(
                "Filesystem",
                "The image's layers, read-only and shared, below one thin writable layer, become the root.");
        RootFilesystem.write(program, spec, facts, terminals, sharedMemory, mounts);
    }

    private void network() {
        if (network.namespace() == null) {
            return;
        }
        begin(
                "Network",
                "The container gets its own network, which the engine prepared: " + network.description() + ".");
        program.call("setns", number(Descriptors.NETWORK), Arg.named(Flags.CLONE_NEWNET, "CLONE_NEWNET"))
                .why("from here on it sees only the links of its own network");
    }

    private void names() {
        if (namespaces.uts() != Space.OWN) {
            return;
        }
        begin("Names", "Its own host name.");
        setName("sethostname", spec.hostname(), "the container's host name");
        if (!spec.domainname().isEmpty()) {
            setName("setdomainname", spec.domainname(), "the container's domain name");
        }
    }

    private void setName(String call, String name, String why) {
        Data text = program.text(name);
        program.call(call, Arg.address(text, '"' + name + '"'), number(text.bytes.capacity() - 1))
                .why(why);
    }

    private void privileges() {
        begin("Privileges", "Everything that the program shall not be able to do is taken away.");
        Privileges.write(program, spec, facts);
    }

    private void execute() {
        begin("Program", "The process becomes the container's program.");
        endWithParent("the container does not outlive its monitor");
        InitProgram one = init;
        if (one != null) {
            one.fork(spec.terminal());
            endWithParent("the program does not outlive process 1");
        }
        readClock();
        int bytes = 16 + readings * TIMESPEC_BYTES;
        times.putLong(0, LaunchReports.TIMES).putLong(8, readings);
        program.call("write", number(Descriptors.REPORTS), Arg.address(times, "times"), number(bytes))
                .ignoringFailure()
                .why("tells the engine where the time went");
        Execution.Attempts attempts = Execution.write(program, spec, facts);
        firstExec = attempts.first();
        lastExec = attempts.last();
    }

    private void endWithParent(String why) {
        program.call("prctl", Arg.named(1, "PR_SET_PDEATHSIG"), Arg.named(9, "SIGKILL"))
                .why(why);
    }
}
