package dev.lighter.container;

import java.util.List;

/**
 * A program that somebody wants executed in a container which runs.
 *
 * @param command the program and its arguments
 * @param env {@code NAME=value}, besides the container's own
 * @param user empty for the container's own
 * @param workingDirectory empty for the container's own
 * @param privileged with all capabilities and without a filter
 * @param terminal whether its streams are a terminal
 * @param stdin whether somebody will write to it
 * @param stdout whether somebody will read its output
 * @param stderr whether somebody will read its errors
 * @param detachKeys the keys that detach from its terminal; empty for the usual ones
 */
public record ExecRequest(
        List<String> command,
        List<String> env,
        String user,
        String workingDirectory,
        boolean privileged,
        boolean terminal,
        boolean stdin,
        boolean stdout,
        boolean stderr,
        String detachKeys) {}
