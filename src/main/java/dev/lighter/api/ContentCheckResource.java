package dev.lighter.api;

import dev.lighter.content.ContentCheck;
import dev.lighter.content.ContentReport;
import dev.lighter.content.ContentReport.State;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Locale;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Whether what is in the data directory is what is needed. */
@RestController
@Tag(name = "System")
class ContentCheckResource {
    private final ContentCheck check;

    ContentCheckResource(ContentCheck check) {
        this.check = check;
    }

    /** What a check has found. */
    @Schema(name = "ContentCheck")
    record CheckAnswer(
            @Schema(description = "How many entries are needed and there")
            int needed,

            @Schema(description = "How many are there that nobody needs")
            int orphans,

            @Schema(description = "How many are needed and not there")
            int missing,

            List<EntryAnswer> entries,

            @Schema(description = "Names in the data directory that no feature answers for; they are left alone")
            List<String> unclaimed) {
        static CheckAnswer of(ContentReport report) {
            return new CheckAnswer(
                    report.in(State.NEEDED).size(),
                    report.in(State.ORPHAN).size(),
                    report.in(State.MISSING).size(),
                    report.entries().stream().map(EntryAnswer::of).toList(),
                    report.unclaimed());
        }
    }

    /** One blob, layer or directory. */
    @Schema(name = "CheckedContent")
    record EntryAnswer(
            @Schema(description = "Relative to the data directory", example = "layers/ab3cd5ef7hij")
            String path,

            @Schema(
                    example = "needed",
                    allowableValues = {"needed", "orphan", "missing"})
            String state,

            @Schema(description = "Of a file; 0 for a directory")
            long bytes,

            @Schema(description = "Who needs it") List<String> neededBy,

            @Schema(description = "What was done about it; empty for nothing", example = "removed")
            String repaired) {
        static EntryAnswer of(ContentReport.Entry entry) {
            return new EntryAnswer(
                    entry.path(),
                    entry.state().name().toLowerCase(Locale.ROOT),
                    entry.bytes(),
                    entry.neededBy(),
                    entry.repaired());
        }
    }

    @PostMapping("/api/system/check")
    @Operation(
            summary = "Check the data directory",
            description = "Every blob, layer and directory with who needs it; what nobody needs, and what is needed and"
                    + " is not there. Nothing is changed unless repair asks for it, and then nothing that is in use.")
    CheckAnswer check(
            @Parameter(description = "Remove what nobody needs, and forget images whose bytes are missing")
                    @RequestParam(defaultValue = "false")
                    boolean repair) {
        return CheckAnswer.of(check.check(repair));
    }
}
