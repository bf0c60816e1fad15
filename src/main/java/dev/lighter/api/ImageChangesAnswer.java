package dev.lighter.api;

import dev.lighter.image.ImageChanges;
import dev.lighter.image.ImageFileChange;
import dev.lighter.image.ImageSettingChange;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What changed from one image to another. */
@Schema(name = "ImageChanges")
record ImageChangesAnswer(
        @Schema(description = "The newer image's id") String id,

        @Schema(description = "The older image's id") String since,

        @Schema(description = "What their configurations say differently")
        List<Setting> settings,

        @Schema(description = "What is new, in bytes of its files")
        Sum added,

        @Schema(description = "What is another, in bytes by which its files grew")
        Sum modified,

        @Schema(description = "What is gone, in bytes that its files had")
        Sum deleted,

        @Schema(description = "A page of the changes; directories before what is in them")
        List<File> files,

        @Schema(
                description = "Ask for what comes after this path; null where the page is the last",
                example = "/usr/lib/libz.so.1")
        @Nullable
        String next) {
    /** How many files, links and directories, and how many bytes. */
    @Schema(name = "ImageChangesSum")
    record Sum(long count, long bytes) {
        static Sum of(ImageChanges.Sum sum) {
            return new Sum(sum.count(), sum.bytes());
        }
    }

    /** Something that the configurations say differently. */
    @Schema(name = "ImageSettingChange")
    record Setting(
            @Schema(example = "env") String field,

            @Schema(description = "Which one, where there are several", example = "PATH")
            String key,

            @Schema(description = "Null where the older image does not say it") @Nullable
            String before,

            @Schema(description = "Null where the newer image does not say it") @Nullable
            String after) {
        static Setting of(ImageSettingChange change) {
            return new Setting(change.field(), change.key(), change.before(), change.after());
        }
    }

    /** A file, link or directory. */
    @Schema(name = "ImageFileChange")
    record File(
            @Schema(
                    allowableValues = {"added", "modified", "deleted"},
                    example = "modified")
            String kind,

            @Schema(
                    allowableValues = {"file", "directory", "link", "other"},
                    example = "file")
            String type,

            @Schema(example = "/etc/passwd") String path,

            @Schema(description = "0 where it is no file or deleted")
            long sizeBytes,

            @Schema(description = "0 where it was no file or is new")
            long sizeBytesBefore) {
        static File of(ImageFileChange change) {
            return new File(
                    change.kind().name().toLowerCase(Locale.ROOT),
                    change.type().name().toLowerCase(Locale.ROOT),
                    change.path(),
                    change.sizeBytes(),
                    change.sizeBytesBefore());
        }
    }

    static ImageChangesAnswer of(ImageChanges changes) {
        List<File> files = changes.files().stream().map(File::of).toList();
        return new ImageChangesAnswer(
                changes.imageId(),
                changes.sinceId(),
                changes.settings().stream().map(Setting::of).toList(),
                Sum.of(changes.added()),
                Sum.of(changes.modified()),
                Sum.of(changes.deleted()),
                files,
                changes.more() && !files.isEmpty() ? files.get(files.size() - 1).path() : null);
    }
}
