package dev.lighter.launch;

import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.number;
import static dev.lighter.launch.Flags.AT_FDCWD;
import static dev.lighter.launch.Flags.octal;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.IdRange;
import dev.lighter.launch.Step.Label;

/**
 * The part of a container's program that gives its mounts their places: each is found as the container would find it, by links that stay
 * inside its root and none of the kernel's magic ones, and made where it is missing.
 */
final class MountCalls {
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_IN_ROOT = 0x10;
    private static final int OPEN_HOW_BYTES = 24;

    /** How the purpose of a call begins that puts a mount into its place. */
    static final String PURPOSE = "mounts what was asked for on ";

    private final ProgramBuilder program;
    private final IdRange ids;
    private final long capabilities;
    private final Data how;
    private final Data creating;
    private final Data root;
    private final Data found;
    private final Data parent;

    /**
     * @param ids the container's users and groups
     * @param capabilities those that this process has
     */
    MountCalls(ProgramBuilder program, IdRange ids, long capabilities) {
        this.program = program;
        this.ids = ids;
        this.capabilities = capabilities;
        how = how(Fd.O_PATH | Fd.O_CLOEXEC, 0);
        creating = how(Fd.O_CREAT | Fd.O_NONBLOCK | Fd.O_CLOEXEC, 0644);
        root = program.zeros(8);
        found = program.zeros(8);
        parent = program.zeros(8);
    }

    private Data how(long flags, long mode) {
        return program.zeros(OPEN_HOW_BYTES)
                .putLong(0, flags)
                .putLong(8, mode)
                .putLong(16, RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT);
    }

    /** Writes the calls that come before all others. */
    void begin() {
        program.call("openat", AT_FDCWD, program.string("/"), Flags.REAL_DIRECTORY, ZERO)
                .into(root, 0);
        if (ids.isMapped()) {
            program.call("setfsgid", number(ids.toHost(0)));
            program.call("setfsuid", number(ids.toHost(0)))
                    .why("what is made for mounts belongs to the container's root, whom idmapped mounts know");
            Privileges.capset(program, capabilities, capabilities, "and may be made wherever it is wanted");
        }
    }

    /** Writes the calls that come after all others. */
    void end() {
        if (ids.isMapped()) {
            program.call("setfsuid", ZERO).why("files are the engine's again");
            program.call("setfsgid", ZERO);
        }
    }

    /** Writes the calls that mount a tree on a path. */
    Step attach(Arg tree, String target, boolean directory) {
        Label there = new Label();
        open(target, found).ignoringFailure().whenZero(there).whenAbove(there);
        Data above = root;
        for (int end = target.indexOf('/', 1); end > 0; end = target.indexOf('/', end + 1)) {
            make(above, target.substring(0, end), true, parent);
            above = parent;
        }
        make(above, target, directory, found);
        program.mark(there);
        return program.call(
                        "move_mount",
                        tree,
                        program.string(""),
                        Arg.valueAt(found, 0, "fd"),
                        program.string(""),
                        Arg.named(
                                MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH,
                                "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH"))
                .why(PURPOSE + target);
    }

    private Step open(String path, Data into) {
        return program.call(
                        "openat2",
                        AT_FDCWD,
                        program.string(path),
                        Arg.address(how, "{O_PATH|O_CLOEXEC, RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}"),
                        number(OPEN_HOW_BYTES))
                .into(into, 0);
    }

    /** Opens a path whose parent is open; made when nothing is there. */
    private void make(Data above, String path, boolean directory, Data into) {
        Label there = new Label();
        String name = path.substring(path.lastIndexOf('/') + 1);
        Data opened = program.zeros(8);
        open(path, opened).ignoringFailure().whenZero(there).whenAbove(there);
        if (directory) {
            program.call("mkdirat", Arg.valueAt(above, 0, "fd"), program.string(name), octal(0755))
                    .ignoringFailure();
        } else {
            program.call(
                            "openat2",
                            AT_FDCWD,
                            program.string(path),
                            Arg.address(
                                    creating,
                                    "{O_CREAT|O_NONBLOCK|O_CLOEXEC, 0644, RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT}"),
                            number(OPEN_HOW_BYTES))
                    .ignoringFailure();
        }
        open(path, opened).why("the place for a mount");
        program.mark(there);
        program.call("dup", Arg.valueAt(opened, 0, "fd")).into(into, 0);
    }
}
