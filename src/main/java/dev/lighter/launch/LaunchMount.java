package dev.lighter.launch;

import dev.lighter.kernel.MountTree.Propagation;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that is mounted into a container.
 *
 * @param source what is mounted
 * @param target where, an absolute path inside; made when missing
 * @param attributes of the mount, constants of {@link dev.lighter.kernel.MountTree}
 * @param recursive whether what is mounted below the source comes along
 * @param readOnly whether and how deep nothing can be written
 * @param propagation how mounts below it are shared with the host
 */
public record LaunchMount(
        Source source, String target, long attributes, boolean recursive, ReadOnly readOnly, Propagation propagation) {
    /** What can be mounted. */
    public sealed interface Source {}

    /**
     * A file or directory of the host.
     *
     * @param subpath a path inside that must not lead out of it; empty for all of it
     */
    public record HostPath(Path path, String subpath) implements Source {}

    /** A new filesystem in memory, with options of tmpfs(5). */
    public record Memory(List<String> options) implements Source {}

    /** The files of an image, which cannot be written: its layers, lowest first. */
    public record Layers(List<Path> layers, String subpath) implements Source {}

    /** How much of a mount is read-only. */
    public enum ReadOnly {
        NOTHING,
        /** The mount itself, and not what is mounted below. */
        TOP,
        /** All of it. */
        ALL
    }
}
