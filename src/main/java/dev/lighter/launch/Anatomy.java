package dev.lighter.launch;

import java.util.List;

/**
 * How a container was made: the system calls of its program, grouped and explained, with the time each group took.
 *
 * @param groups in the order they ran
 * @param totalNanos from the first call of the program to {@code execve}
 */
public record Anatomy(List<Group> groups, long totalNanos) {
    /**
     * One stage of the making.
     *
     * @param name a short title, such as {@code Filesystem}
     * @param purpose one sentence: what this stage is for
     * @param nanos how long it took
     */
    public record Group(String name, String purpose, long nanos, List<Call> calls) {}

    /**
     * One system call.
     *
     * @param call as strace would print it, such as {@code mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)}
     * @param purpose one sentence: what this call is for
     */
    public record Call(String call, String purpose) {}
}
