package dev.lighter.container;

import org.jspecify.annotations.Nullable;

/**
 * A program executed, or to be executed, in a container, as it is at one moment.
 *
 * @param id 64 hexadecimal digits
 * @param running whether it runs now
 * @param pid its process id on the host; 0 before it runs
 * @param exitCode null before it has ended
 */
public record ExecView(
        String id,
        String containerId,
        ExecRequest request,
        boolean running,
        int pid,
        @Nullable Integer exitCode) {}
