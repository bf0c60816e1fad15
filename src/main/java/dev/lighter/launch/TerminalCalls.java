package dev.lighter.launch;

import static dev.lighter.launch.Arg.NULL;
import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.named;
import static dev.lighter.launch.Arg.number;

import dev.lighter.kernel.Fd;

/**
 * The calls that open a terminal of a container's own and make it a program's.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/pts.4.html">pts(4)</a>
 */
final class TerminalCalls {
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final long MOUNT_ATTR_NOSUID = 2;
    private static final long MOUNT_ATTR_NOEXEC = 8;
    private static final long TIOCSPTLCK = 0x4004_5431L;
    private static final long TIOCGPTPEER = 0x5441;
    private static final long TIOCSCTTY = 0x540E;
    private static final long TIOCSPGRP = 0x5410;
    private static final long TIOCSWINSZ = 0x5414;
    private static final Arg OUR_SIDE =
            named(Fd.O_RDWR | Fd.O_NOCTTY | Fd.O_NONBLOCK | Fd.O_CLOEXEC, "O_RDWR|O_NOCTTY|O_NONBLOCK|O_CLOEXEC");
    private static final Arg THEIR_SIDE = named(Fd.O_RDWR | Fd.O_NOCTTY | Fd.O_CLOEXEC, "O_RDWR|O_NOCTTY|O_CLOEXEC");

    private TerminalCalls() {}

    /** Makes a filesystem of terminals that is attached nowhere yet, and keeps its descriptor. */
    static void makeFilesystem(ProgramBuilder program, Data mount) {
        Data filesystem = program.zeros(8);
        program.call("fsopen", program.string("devpts"), named(1, "FSOPEN_CLOEXEC"))
                .into(filesystem, 0)
                .why("terminals of its own");
        option(program, filesystem, "ptmxmode", "0666");
        option(program, filesystem, "mode", "0620");
        option(program, filesystem, "gid", "5");
        program.call(
                "fsconfig",
                Arg.valueAt(filesystem, 0, "fd"),
                named(FSCONFIG_CMD_CREATE, "FSCONFIG_CMD_CREATE"),
                NULL,
                NULL,
                ZERO);
        program.call(
                        "fsmount",
                        Arg.valueAt(filesystem, 0, "fd"),
                        named(1, "FSMOUNT_CLOEXEC"),
                        named(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC"))
                .into(mount, 0);
        program.call("close", Arg.valueAt(filesystem, 0, "fd"));
    }

    private static void option(ProgramBuilder program, Data filesystem, String key, String value) {
        program.call(
                "fsconfig",
                Arg.valueAt(filesystem, 0, "fd"),
                named(FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING"),
                program.string(key),
                program.string(value),
                ZERO);
    }

    /**
     * Opens both sides of a terminal.
     *
     * @param directory where {@code path} is looked for
     * @param ours where the descriptor of the engine's side is kept, at {@code oursOffset}
     */
    static void open(ProgramBuilder program, Arg directory, String path, Data ours, int oursOffset, Data theirs) {
        program.call("openat", directory, program.string(path), OUR_SIDE, ZERO)
                .into(ours, oursOffset)
                .why("a terminal of the container's own: the engine's side");
        Data unlocked = program.zeros(8);
        program.call(
                        "ioctl",
                        Arg.valueAt(ours, oursOffset, "fd"),
                        named(TIOCSPTLCK, "TIOCSPTLCK"),
                        Arg.address(unlocked, "0"))
                .why("unlocks the other side");
        program.call("ioctl", Arg.valueAt(ours, oursOffset, "fd"), named(TIOCGPTPEER, "TIOCGPTPEER"), THEIR_SIDE)
                .into(theirs, 0)
                .why("the program's side, by no path that the container could have changed");
    }

    /** Gives the terminal that is standard input a size in characters, ioctl_tty(2). */
    static void resize(ProgramBuilder program, int rows, int columns) {
        Data size = program.zeros(8).putShort(0, rows).putShort(2, columns);
        program.call(
                        "ioctl",
                        ZERO,
                        named(TIOCSWINSZ, "TIOCSWINSZ"),
                        Arg.address(size, "{" + rows + ", " + columns + "}"))
                .why("the terminal's size at the beginning");
    }

    /** Makes this process's group that of the terminal's foreground; a process of the background needs SIGTTOU blocked for it. */
    static void takeForeground(ProgramBuilder program) {
        Data group = program.zeros(8);
        program.call("getpid").into(group, 0);
        program.call("ioctl", ZERO, named(TIOCSPGRP, "TIOCSPGRP"), Arg.address(group, "pid"))
                .why("what is typed goes to the program and what it starts");
    }

    /** Makes a terminal the standard streams of this process and the controlling terminal of its session, which has none. */
    static void become(ProgramBuilder program, Arg theirs) {
        for (int standard = 0; standard < 3; standard++) {
            program.call("dup3", theirs, number(standard), ZERO);
        }
        program.call("ioctl", ZERO, named(TIOCSCTTY, "TIOCSCTTY"), ZERO).why("the session's controlling terminal");
    }
}
