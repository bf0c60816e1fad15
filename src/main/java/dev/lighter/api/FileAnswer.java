package dev.lighter.api;

import dev.lighter.container.FileEntry;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A file of a container, as {@code /api} tells it. */
@Schema(name = "File")
record FileAnswer(
        @Schema(example = "motd") String name,

        @Schema(
                allowableValues = {"file", "directory", "link", "device", "pipe", "socket"},
                example = "file")
        String kind,

        long sizeBytes,

        @Schema(description = "Permissions in octal digits", example = "0644")
        String mode,

        @Schema(description = "The id of the user that it belongs to", example = "0")
        long owner,

        @Schema(description = "The id of the group that it belongs to", example = "0")
        long group,

        Instant changedAt,

        @Schema(description = "Where a link leads, as it is written there; null for all else") @Nullable
        String linkTarget,

        @Schema(description = "The kind of what a link leads to; null when that is nothing, and for all else") @Nullable
        String targetKind) {
    private static final int PERMISSIONS = 07777;

    static FileAnswer of(FileEntry entry) {
        FileEntry.Kind target = entry.target();
        return new FileAnswer(
                entry.name(),
                word(entry.kind()),
                entry.size(),
                String.format(Locale.ROOT, "%04o", entry.mode() & PERMISSIONS),
                entry.uid(),
                entry.gid(),
                entry.modified(),
                entry.linkTarget(),
                target == null ? null : word(target));
    }

    private static String word(FileEntry.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
