package dev.lighter.dashboard;

import dev.lighter.container.MountPoint;
import dev.lighter.volume.Volume;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A mount of a container in the words of its page.
 *
 * @param href the page of the volume; null for all else
 * @param note what is to be known besides, or empty
 */
record MountRow(
        String source, String target, String note, @Nullable String href) {
    /** One mount; the volume is null where it is none, or gone. */
    static MountRow of(MountPoint mount, @Nullable Volume volume) {
        String source = volume != null
                ? VolumeRow.shown(volume.name())
                : mount.source().isEmpty() ? mount.kind().name().toLowerCase(Locale.ROOT) : mount.source();
        return new MountRow(
                source,
                mount.target(),
                mount.writable() ? "" : "read-only",
                volume == null ? null : "/ui/volumes/" + volume.name());
    }
}
