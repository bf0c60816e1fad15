package dev.lighter.launch;

import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.number;
import static dev.lighter.launch.Flags.AT_FDCWD;

import dev.lighter.launch.Step.Label;

/**
 * The program of a process that joins a container which runs. Its first half joins the container's namespaces and forks, so that the second
 * half, which becomes the program, is in the container's process tree and the engine's child; then it tells the engine the process id
 * and, where there is a terminal, holds that until the engine has a copy.
 */
final class ExecProgram {
    /** The number of the pidfd of the container's first process among the descriptors that the stub starts with. */
    static final int CONTAINER = 5;

    /** The length of the message to the engine: the process id, and the terminal's descriptor or zero. */
    static final int MESSAGE_BYTES = 16;

    private static final int TTY_GROUP = 5;
    private static final long CLONE_PARENT = 0x8000;
    private static final long ALL_NAMESPACES = Flags.CLONE_NEWNS
            | Flags.CLONE_NEWPID
            | Flags.CLONE_NEWIPC
            | Flags.CLONE_NEWUTS
            | Flags.CLONE_NEWNET
            | Flags.CLONE_NEWCGROUP;

    private final LaunchSpec spec;
    private final ProgramFacts facts;
    private final ProgramBuilder program = new ProgramBuilder();
    private final Data message = program.zeros(MESSAGE_BYTES);
    private final Data taskFiles;
    private final Data terminal = program.zeros(8);
    private final Data scratch = program.zeros(8);

    private ExecProgram(LaunchSpec spec, ProgramFacts facts) {
        this.spec = spec;
        this.facts = facts;
        this.taskFiles = program.zeros(8 * Math.max(1, facts.taskFiles().size()));
    }

    /** The program, and where in it the attempts to execute are. */
    record Built(Program program, Execution.Attempts attempts) {}

    static Built build(LaunchSpec spec, ProgramFacts facts) {
        return new ExecProgram(spec, facts).write();
    }

    private Built write() {
        program.section("Joining", "The process joins a container that runs.");
        for (int i = 0; i < facts.taskFiles().size(); i++) {
            program.call(
                            "openat",
                            AT_FDCWD,
                            program.string(facts.taskFiles().get(i).toString()),
                            Flags.WRITE_CLOEXEC,
                            ZERO)
                    .into(taskFiles, 8 * i)
                    .why("a control group of the container's, opened while the host's files are seen");
        }
        OomScore.write(program, spec.resources().oomScoreAdjustment());
        Label parent = new Label();
        Data clone = CloneArguments.make(program, CLONE_PARENT, facts.unifiedCgroup());
        program.call("setns", number(CONTAINER), Arg.named(ALL_NAMESPACES, "all of the container's"))
                .why("joins the namespaces of the container's first process, all at once");
        if (spec.terminal()) {
            TerminalCalls.open(program, AT_FDCWD, "/dev/pts/ptmx", message, 8, terminal);
        }
        program.call("clone3", Arg.address(clone, "{CLONE_PARENT}"), number(CloneArguments.BYTES))
                .into(message, 0)
                .whenAbove(parent)
                .why("the fork: the child is in the container's process tree, and the engine its parent");
        Execution.Attempts attempts = child();
        program.mark(parent);
        parent();
        return new Built(program.link(), attempts);
    }

    private Execution.Attempts child() {
        for (int i = 0; i < facts.taskFiles().size(); i++) {
            program.call(
                            "write",
                            Arg.valueAt(taskFiles, 8 * i, "fd"),
                            Arg.address(program.text("0"), "\"0\""),
                            number(1))
                    .why("joins the control group " + facts.taskFiles().get(i).getParent());
        }
        program.call("setsid").why("a session of its own");
        if (spec.terminal()) {
            TerminalCalls.become(program, Arg.valueAt(terminal, 0, "fd"));
            program.call(
                            "fchown",
                            ZERO,
                            number(spec.ids().toHost(facts.uid())),
                            number(spec.ids().toHost(TTY_GROUP)))
                    .why("the terminal is the user's");
        }
        if (spec.ids().isMapped()) {
            program.call("dup3", number(CONTAINER), number(Privileges.USERS), Flags.CLOEXEC)
                    .why("the container's first process, whose user namespace is joined last");
        } else {
            program.call("close", number(Descriptors.CONTROL));
        }
        program.call("close_range", number(Descriptors.REPORTS + 1), Arg.named(0xFFFF_FFFFL, "~0"), ZERO)
                .why("closes every descriptor of the host, so that no path leads back to it");
        program.call("chdir", program.string(spec.workingDirectory())).why("the program's working directory");
        Privileges.write(program, spec, facts);
        return Execution.write(program, spec, facts);
    }

    private void parent() {
        program.call(
                        "write",
                        number(Descriptors.CONTROL),
                        Arg.address(message, "{pid, terminal}"),
                        number(MESSAGE_BYTES))
                .why("tells the engine the process id");
        program.call("close", number(Descriptors.REPORTS)).why("the engine now waits only for the child's exec");
        program.call("read", number(Descriptors.CONTROL), Arg.address(scratch, "byte"), number(1))
                .ignoringFailure()
                .why("waits until the engine has what it needs, or is gone");
        program.call("exit_group", ZERO);
    }
}
