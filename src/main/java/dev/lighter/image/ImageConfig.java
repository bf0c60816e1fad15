package dev.lighter.image;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an image says about the containers made from it, OCI image specification, config. Empty instead of null everywhere.
 *
 * @param env {@code NAME=value}
 * @param entrypoint the program and leading arguments
 * @param cmd the default arguments
 * @param workingDir an absolute path, or empty
 * @param user as in a passwd file, or empty for root
 * @param labels the image's labels
 * @param stopSignal a signal's name, or empty for SIGTERM
 * @param exposedPorts such as {@code 80/tcp}, sorted
 * @param volumes paths inside, sorted
 * @param healthcheck how to find out whether the program works; null when the image does not say
 * @param onBuild instructions for a build that begins with this image
 * @param shell what the shell forms of instructions are run with; empty for the usual one
 */
public record ImageConfig(
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        String user,
        Map<String, String> labels,
        String stopSignal,
        List<String> exposedPorts,
        List<String> volumes,
        @Nullable Healthcheck healthcheck,
        List<String> onBuild,
        List<String> shell) {}
