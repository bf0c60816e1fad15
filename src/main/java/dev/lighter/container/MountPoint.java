package dev.lighter.container;

import dev.lighter.kernel.MountTree.Propagation;
import dev.lighter.launch.LaunchMount.ReadOnly;
import java.util.List;

/**
 * One mount of a container, as it was decided at creation.
 *
 * @param kind what is mounted
 * @param source a path of the host, the id of a volume or of an image; empty for a filesystem in memory
 * @param target an absolute path inside, without dots
 * @param mode as the user gave it behind the path, for inspection
 * @param readOnly how much of it cannot be written
 * @param recursive whether what is mounted below the source comes along
 * @param propagation how mounts below it are shared with the host
 * @param subpath which part of the source; empty for all
 * @param copied whether an empty volume is filled with what the image has there
 * @param createSource whether a missing directory of the host is made
 * @param attributes of the mount, constants of {@link dev.lighter.kernel.MountTree}
 * @param options of a filesystem in memory
 */
public record MountPoint(
        Kind kind,
        String source,
        String target,
        String mode,
        ReadOnly readOnly,
        boolean recursive,
        Propagation propagation,
        String subpath,
        boolean copied,
        boolean createSource,
        long attributes,
        List<String> options) {
    /** What can be mounted. */
    public enum Kind {
        BIND,
        VOLUME,
        TMPFS,
        IMAGE
    }

    /** Whether its own files can be written. */
    public boolean writable() {
        return readOnly == ReadOnly.NOTHING;
    }

    MountPoint from(String other) {
        return new MountPoint(
                kind,
                other,
                target,
                mode,
                readOnly,
                recursive,
                propagation,
                subpath,
                copied,
                createSource,
                attributes,
                options);
    }

    /** The same in another container, which may only read it or may write it as this one. */
    MountPoint inherited(boolean mayWrite) {
        return new MountPoint(
                kind,
                source,
                target,
                mode,
                mayWrite ? readOnly : ReadOnly.ALL,
                recursive,
                propagation,
                subpath,
                false,
                createSource,
                attributes,
                options);
    }
}
