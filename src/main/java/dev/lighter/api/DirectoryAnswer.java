package dev.lighter.api;

import dev.lighter.container.FileListing;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** A directory of a container, as {@code /api} tells it. */
@Schema(name = "Directory")
record DirectoryAnswer(
        @Schema(description = "Absolute, in the container", example = "/etc")
        String path,

        @Schema(description = "By name") List<FileAnswer> entries,

        @Schema(description = "Whether that is all of it: a directory can hold more than is told")
        boolean complete) {
    static DirectoryAnswer of(FileListing listing) {
        return new DirectoryAnswer(
                listing.path(), listing.entries().stream().map(FileAnswer::of).toList(), listing.complete());
    }
}
