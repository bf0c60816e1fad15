package dev.lighter.launch;

/** What a system call of a program is for, where the program's builder does not say it because the call's surroundings do. */
final class CallPurposes {
    private CallPurposes() {}

    /** The purpose that a step names, or the usual one of its call. */
    static String of(Step step) {
        return step.purpose.isEmpty() ? usual(step.call, step.shown()) : step.purpose;
    }

    /**
     * One sentence for a call.
     *
     * @param shown the call with its arguments, as strace prints it
     */
    static String usual(String call, String shown) {
        return switch (call) {
            case "openat", "openat2", "open" -> opened(shown);
            case "close", "close_range" -> "lets go of a descriptor that is not needed any more";
            case "dup3" -> "gives the descriptor its lasting number";
            case "mkdirat", "mkdir" -> "makes the directory where the image has none";
            case "mknodat", "mknod" -> "makes the node where the image has none";
            case "symlinkat" -> "a link that programs expect there";
            case "mount" -> mounted(shown);
            case "umask" ->
                shown.contains("022")
                        ? "the usual mask for files that the program makes"
                        : "modes of the files made next are taken as they are given";
            case "chdir", "fchdir" -> "the calls that follow work from this directory";
            case "ppoll" -> "waits for output, for the container's end, or for an engine";
            case "lseek" ->
                shown.contains("SEEK_END") ? "goes on where the log ends" : "asks how far the log's file has come";
            case "read" -> "reads what the calls that follow need";
            case "write" ->
                shown.contains("record")
                        ? "tells the log's index where the output ends and when it came"
                        : "writes it down for engines to come";
            case "socket" -> "a socket to set up network devices with";
            case "exit_group" -> "nothing is left to do";
            default -> "prepares the calls that follow";
        };
    }

    private static String opened(String shown) {
        if (shown.contains("cgroup")) {
            return "opens the control group's list, so that the process can join it";
        }
        if (shown.contains("\"log/")) {
            return "opens the log, which the monitor writes while no engine does";
        }
        if (shown.contains("\"stdout\"") || shown.contains("\"stderr\"") || shown.contains("\"stdin\"")) {
            return "opens the stream's FIFO";
        }
        return shown.contains("\"exit")
                ? "opens the file that keeps the exit status"
                : "opens it for the calls that follow";
    }

    private static String mounted(String shown) {
        if (shown.contains("MS_REMOUNT")) {
            return "makes the mount read-only";
        }
        return shown.contains("MS_BIND")
                ? "gives the path a mount of its own, with flags of its own"
                : "a filesystem of its own at the path";
    }
}
