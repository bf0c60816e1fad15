package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import java.util.Locale;

/** Turns the place where a program stopped into the sentence that a user reads and the exit code that Docker's users expect. */
final class LaunchFailures {
    private static final String PREFIX = "failed to create task for container: ";
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final int OTHER = 128;

    private LaunchFailures() {}

    static LaunchException explain(LaunchSpec spec, ContainerProgram.Built built, LaunchReports reports) {
        return explain(
                PREFIX, spec, built.program(), new Execution.Attempts(built.firstExec(), built.lastExec()), reports);
    }

    /** As for a container, in words that begin with those given. */
    static LaunchException explain(
            String prefix, LaunchSpec spec, Program program, Execution.Attempts attempts, LaunchReports reports) {
        if (reports.failedIndex() >= attempts.first() && reports.failedIndex() <= attempts.last()) {
            return command(prefix, spec.arguments().get(0), reports);
        }
        Step step = program.steps().get(reports.failedIndex());
        if (step.call.equals("chdir") && step.shown().contains('"' + spec.workingDirectory() + '"')) {
            return new LaunchException(
                    prefix + "the working directory \"" + spec.workingDirectory() + "\" cannot be entered: "
                            + words(reports.errno()) + ". Give a directory with --workdir or make it in the image",
                    OTHER);
        }
        if (step.purpose.equals(OomScore.PURPOSE) && reports.errno() == Errno.EACCES) {
            return LaunchException.refusal(
                    prefix + "HostConfig.OomScoreAdj: " + spec.resources().oomScoreAdjustment()
                            + " is below the engine's own and the engine lacks CAP_SYS_RESOURCE, so the kernel refuses"
                            + " it: choose a higher one, or give the engine that capability");
        }
        if (step.call.equals("prlimit64") && reports.errno() == Errno.EPERM) {
            return LaunchException.refusal(
                    prefix + "HostConfig.Ulimits: " + step.purpose + " cannot be set: the hard limit is above the"
                            + " engine's own and the engine lacks CAP_SYS_RESOURCE, or it is more than the kernel"
                            + " allows: choose a lower one, or give the engine that capability");
        }
        if (step.purpose.startsWith(MountCalls.PURPOSE)
                && (reports.errno() == Errno.EINVAL || reports.errno() == Errno.ENOTDIR)) {
            String target = step.purpose.substring(MountCalls.PURPOSE.length());
            return new LaunchException(
                    prefix + "error mounting to rootfs at \"" + target + "\": not a directory: Are you trying to mount a"
                            + " directory onto a file (or vice-versa)? Check if the specified host path exists and is the"
                            + " expected type",
                    OTHER);
        }
        String purpose = step.purpose.isEmpty() ? "" : " (" + step.purpose + ")";
        return new LaunchException(prefix + step.shown() + purpose + ": " + words(reports.errno()), OTHER);
    }

    private static LaunchException command(String prefix, String command, LaunchReports reports) {
        int errno = reports.deniedErrno() != 0 ? reports.deniedErrno() : reports.errno();
        boolean missing = errno == Errno.ENOENT || errno == Errno.ENOTDIR;
        String reason;
        if (missing && !command.contains("/")) {
            reason = "executable file not found in $PATH";
        } else if (missing) {
            reason = "stat " + command + ": no such file or directory: executable file not found";
        } else if (errno == Errno.ENOEXEC) {
            reason = "exec format error: not executable on this machine: permission denied";
        } else {
            reason = words(errno);
        }
        return new LaunchException(
                prefix + "exec: \"" + command + "\": " + reason, missing ? NOT_FOUND : NOT_EXECUTABLE);
    }

    /** The system's words for an error number, in the small letters that clients look for. */
    private static String words(int errno) {
        String described = Errno.describe(errno);
        return described.substring(described.indexOf(' ') + 1).toLowerCase(Locale.ROOT);
    }
}
