package dev.lighter.launch;

import static dev.lighter.launch.Arg.NULL;
import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.named;
import static dev.lighter.launch.Arg.number;

import dev.lighter.launch.Step.Label;
import java.util.List;

/**
 * Process 1 of a container that asked for an init: forks, so that its child becomes the program; passes signals on to it; collects every
 * process that lost its parent; and ends as the child ends. It has the program's user, capabilities and filter, and its executable is the
 * stub in sealed memory.
 *
 * <pre>
 *   waiting:  until there is a signal for it
 *             any but SIGCHLD: send it to the child
 *   reaping:  the child has ended: go to ended; else collect one process, as long as there is one
 *   ended:    exit with the child's code, or with 128 and the number of the signal that ended it
 * </pre>
 *
 * The stub can tell only whether a result is below, at or above zero, and cannot add; where a value must be looked at or added to, it is
 * made the position of an empty file with lseek(2), which gives it back as its result.
 */
final class InitProgram {
    /** The calls that a filter must leave it, with the arguments that matter. */
    static final List<String> CALLS = List.of(
            "rt_sigprocmask",
            "signalfd4",
            "dup3",
            "memfd_create",
            "prctl",
            "close",
            "ppoll",
            "read",
            "kill",
            "waitid",
            "lseek",
            "exit_group",
            "setpgid",
            "getpid");

    private static final int SIGCHLD = 17;
    /** Faults of its own, which nobody sends: ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS. */
    private static final List<Integer> FAULTS = List.of(4, 5, 6, 7, 8, 11, 31);

    /** What the background's processes get from a terminal, and must not be passed to the foreground: TTIN, TTOU. */
    private static final List<Integer> BACKGROUND = List.of(21, 22);

    static final long CLONE_FLAGS = Flags.CLONE_PIDFD | SIGCHLD;
    private static final int CLOEXEC = 02000000;
    private static final int WNOHANG_WEXITED = 1 | 4;
    private static final int WEXITED = 4;
    private static final int SIG_BLOCK = 0;
    private static final int SIG_SETMASK = 2;
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int POLLIN = 1;
    private static final int POLLFD_BYTES = 8;

    /** Offsets within siginfo_t. */
    private static final int INFO_BYTES = 128;

    private static final int INFO_CODE = 8;
    private static final int INFO_PID = 16;
    private static final int INFO_STATUS = 24;

    private static final int CHILDREN = 0;
    private static final int SIGNALS = 1;
    private static final int CHILD = 2;

    /** The lowest numbers that are free: the container's limit of descriptors may be small. */
    private static final int CHILDREN_FD = Descriptors.REPORTS + 1;

    private static final int SIGNALS_FD = Descriptors.REPORTS + 2;

    private final ProgramBuilder program;
    private final Label start = new Label();
    private final Data child;
    private final Data polled;
    private final Data signal;
    private final Data scratch;
    private final Data counter;
    private final Data info;
    private final Data own;
    private final Data code;
    private final Data noTime;

    /** Its data and, after {@link #write}, its calls are needed as long as the container lives. */
    InitProgram(ProgramBuilder program) {
        this.program = program;
        child = program.zeros(8);
        polled = program.zeros(3 * POLLFD_BYTES);
        for (int entry = 0; entry < 3; entry++) {
            polled.putShort(entry * POLLFD_BYTES + 4, POLLIN);
        }
        polled.putInt(CHILDREN * POLLFD_BYTES, CHILDREN_FD).putInt(SIGNALS * POLLFD_BYTES, SIGNALS_FD);
        signal = program.zeros(INFO_BYTES);
        scratch = program.zeros(8);
        counter = program.zeros(8);
        info = program.zeros(INFO_BYTES);
        own = program.zeros(INFO_BYTES);
        code = program.zeros(8);
        noTime = program.zeros(16);
    }

    /** The loop, to which only the fork leads. */
    void write(Label unneeded) {
        program.section("Init", "Process 1: passes signals on and collects what others leave behind.");
        program.mark(start);
        program.call("close", number(Descriptors.REPORTS)).why("the engine now waits only for the program's exec");
        program.releaseFrom(unneeded).why("gives back the memory of the part that made the container");
        Label waiting = new Label();
        Label reaping = new Label();
        Label ended = new Label();
        program.mark(waiting);
        poll(CHILDREN, 2, NULL).whenBelow(waiting).why("sleeps until there is a signal");
        Label noSignal = new Label();
        poll(SIGNALS, 1, now()).whenZero(noSignal).whenBelow(noSignal).why("is it for the program?");
        program.call("read", number(SIGNALS_FD), Arg.address(signal, "signal"), number(INFO_BYTES))
                .whenBelow(noSignal)
                .why("which one?");
        program.call("kill", Arg.valueAt(child, 0, "child"), Arg.valueAt(signal, 0, "signal"))
                .ignoringFailure()
                .why("passes the signal on to the program");
        program.mark(noSignal);
        poll(CHILDREN, 1, now()).whenZero(waiting).whenBelow(waiting).why("has a process ended?");
        program.call("read", number(CHILDREN_FD), Arg.address(signal, "signal"), number(INFO_BYTES))
                .ignoringFailure()
                .why("one such signal may stand for several processes");
        program.mark(reaping);
        poll(CHILD, 1, now()).whenAbove(ended).why("was it the program?");
        waitFor(named(0, "P_ALL"), ZERO, info, named(WNOHANG_WEXITED, "WNOHANG|WEXITED"))
                .whenBelow(waiting)
                .why("collects a process that lost its parent");
        seek(info, INFO_PID, SEEK_SET)
                .whenAbove(reaping)
                .whenBelow(reaping)
                .why("if there was one, perhaps there are more");
        program.call("getpid").then(waiting);

        program.mark(ended);
        Label collected = new Label();
        waitFor(named(1, "P_PID"), Arg.valueAt(child, 0, "child"), own, named(WEXITED, "WEXITED"))
                .whenBelow(collected)
                .why("how the program ended");
        exitAs(own);
        // It ended between the question for it and the collecting of all: then it was the last that was collected.
        program.mark(collected);
        exitAs(info);
    }

    private void exitAs(Data how) {
        Label signalled = new Label();
        seek(how, INFO_CODE, SEEK_SET).ignoringFailure();
        program.call("lseek", Arg.valueAt(counter, 0, "fd"), number(-1), named(SEEK_CUR, "SEEK_CUR"))
                .whenAbove(signalled)
                .why("1 is CLD_EXITED: it ended by itself");
        program.call("exit_group", Arg.valueAt(how, INFO_STATUS, "status")).why("ends as the program did");
        program.mark(signalled);
        program.call("lseek", Arg.valueAt(counter, 0, "fd"), number(128), named(SEEK_SET, "SEEK_SET"))
                .ignoringFailure();
        seek(how, INFO_STATUS, SEEK_CUR).into(code, 0).why("128 and the number of the signal that ended it");
        program.call("exit_group", Arg.valueAt(code, 0, "code")).why("ends as the program did");
    }

    private Step seek(Data data, int offset, int whence) {
        return program.call(
                "lseek",
                Arg.valueAt(counter, 0, "fd"),
                Arg.valueAt(data, offset, "value"),
                named(whence, whence == SEEK_SET ? "SEEK_SET" : "SEEK_CUR"));
    }

    private Step waitFor(Arg type, Arg id, Data result, Arg options) {
        return program.call("waitid", type, id, Arg.address(result, "info"), options, NULL);
    }

    private Arg now() {
        return Arg.address(noTime, "{0}");
    }

    private Step poll(int first, int count, Arg time) {
        return program.call(
                "ppoll",
                Arg.address(polled, first * POLLFD_BYTES, "descriptors"),
                number(count),
                time,
                NULL,
                number(8));
    }

    /** Forks: what follows is carried out by the child. */
    void fork(boolean terminal) {
        Data all = program.zeros(8).putLong(0, -1);
        Data none = program.zeros(8);
        program.call("rt_sigprocmask", named(SIG_BLOCK, "SIG_BLOCK"), Arg.address(all, "all"), NULL, number(8))
                .why("process 1 takes signals one by one");
        listen(CHILDREN_FD, 1L << SIGCHLD - 1, "the end of processes");
        long passed = ~(1L << SIGCHLD - 1);
        for (List<Integer> left : List.of(FAULTS, BACKGROUND)) {
            for (int signal : left) {
                passed &= ~(1L << signal - 1);
            }
        }
        listen(SIGNALS_FD, passed, "what is passed on to the program");
        program.call("memfd_create", program.string("init"), named(1, "MFD_CLOEXEC"))
                .into(counter, 0)
                .why("an empty file, whose position adds numbers up");
        program.call("prctl", named(36, "PR_SET_CHILD_SUBREAPER"), number(1), ZERO, ZERO, ZERO)
                .why("also where it is not the first of its namespace");
        Data name = program.text("init");
        program.call("prctl", named(15, "PR_SET_NAME"), Arg.address(name, "\"init\""), ZERO, ZERO, ZERO)
                .why("its name in lists of processes, until the program has its own");
        program.call(
                        "clone",
                        named(CLONE_FLAGS, "CLONE_PIDFD|SIGCHLD"),
                        NULL,
                        Arg.address(polled, CHILD * POLLFD_BYTES, "pidfd"),
                        NULL,
                        NULL)
                .into(child, 0)
                .whenAbove(start)
                .why("the fork: the child becomes the program, the parent stays as process 1");
        program.call("setpgid", ZERO, ZERO)
                .why("what is typed at a terminal reaches it once, not through process 1 again");
        if (terminal) {
            TerminalCalls.takeForeground(program);
        }
        program.call("rt_sigprocmask", named(SIG_SETMASK, "SIG_SETMASK"), Arg.address(none, "none"), NULL, number(8))
                .why("the program begins with no signal blocked");
    }

    private void listen(int fixed, long mask, String what) {
        Data set = program.zeros(8).putLong(0, mask);
        program.call("signalfd4", number(-1), Arg.address(set, "signals"), number(8), named(CLOEXEC, "SFD_CLOEXEC"))
                .into(scratch, 0)
                .why(what);
        program.call("dup3", Arg.valueAt(scratch, 0, "fd"), number(fixed), named(CLOEXEC, "O_CLOEXEC"));
        program.call("close", Arg.valueAt(scratch, 0, "fd"));
    }
}
