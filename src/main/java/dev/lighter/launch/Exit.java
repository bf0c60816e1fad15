package dev.lighter.launch;

import java.time.Instant;

/**
 * How a container's first process ended.
 *
 * @param code the exit code, or 128 plus the signal's number
 * @param oomKilled whether the kernel killed a process of the container for want of memory
 * @param finishedAt when the monitor saw the end
 * @param lost whether nobody saw the end (the host went down); the code is 255 then
 */
public record Exit(int code, boolean oomKilled, Instant finishedAt, boolean lost) {}
