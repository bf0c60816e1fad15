package dev.lighter.launch;

import static dev.lighter.launch.Flags.AT_FDCWD;

import dev.lighter.kernel.Fd;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The {@code struct clone_args} of the forks that programs make.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone3(2)</a>
 */
final class CloneArguments {
    static final int BYTES = 88;
    static final int CGROUP_OFFSET = 80;

    private CloneArguments() {}

    /**
     * Makes it, and where there is a version 2 control group opens that, for the child to be born in.
     *
     * @param flags besides that for the control group
     */
    static Data make(ProgramBuilder program, long flags, @Nullable Path cgroup) {
        Data arguments = program.zeros(BYTES).putLong(0, flags | (cgroup == null ? 0 : Flags.CLONE_INTO_CGROUP));
        if (cgroup != null) {
            program.call(
                            "openat",
                            AT_FDCWD,
                            program.string(cgroup.toString()),
                            Arg.named(Fd.O_PATH | Fd.O_CLOEXEC, "O_PATH|O_CLOEXEC"),
                            Arg.ZERO)
                    .into(arguments, CGROUP_OFFSET)
                    .why("the control group that the child is born in");
        }
        return arguments;
    }
}
