package dev.lighter.api;

import dev.lighter.container.FileChange;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;

/** What a container has changed in its image's files. */
@Schema(name = "FileChanges")
record ChangesAnswer(
        @Schema(description = "Directories before what is in them")
        List<Change> changes,

        @Schema(description = "Whether there are more than the limit")
        boolean truncated) {
    /** One file or directory. */
    @Schema(name = "FileChange")
    record Change(
            @Schema(example = "/etc/passwd") String path,

            @Schema(
                    description = "A directory is modified, too, when anything in it is",
                    allowableValues = {"modified", "added", "deleted"},
                    example = "modified")
            String kind) {
        static Change of(FileChange change) {
            return new Change(change.path(), change.kind().name().toLowerCase(Locale.ROOT));
        }
    }
}
