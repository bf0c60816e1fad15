package dev.lighter.image.host;

import java.util.List;
import java.util.Map;

/**
 * What an image is to be made of. Empty instead of null everywhere.
 *
 * @param name what it is called, with or without a tag
 * @param commands names of commands, which are looked for where root's are
 * @param paths absolute paths of files, or of directories with all that is in them
 * @param packages installed packages
 * @param dependencies whether the packages come with those that they depend on; otherwise only with what their programs are linked to
 * @param env {@code NAME=value}
 * @param entrypoint the program and leading arguments
 * @param cmd the default arguments
 * @param user {@code user[:group]}, names of this host or numbers; empty for root
 * @param workingDir an absolute path, or empty
 * @param exposedPorts such as {@code 5432} or {@code 53/udp}
 * @param volumes absolute paths
 */
public record HostImageRequest(
        String name,
        List<String> commands,
        List<String> paths,
        List<String> packages,
        boolean dependencies,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String user,
        String workingDir,
        List<String> exposedPorts,
        List<String> volumes,
        Map<String, String> labels) {}
