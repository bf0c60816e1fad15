package dev.lighter.image;

import java.util.List;

/**
 * What changed from one image to another.
 *
 * @param settings what their configurations say differently
 * @param added how many files, links and directories are new, and how many bytes they have
 * @param modified how many are others, and by how many bytes they grew, less than zero where they shrank
 * @param deleted how many are gone, and how many bytes they had
 * @param files a page of the changed files, directories before what is in them
 * @param more whether there are more after the last of the page
 */
public record ImageChanges(
        String imageId,
        String sinceId,
        List<ImageSettingChange> settings,
        Sum added,
        Sum modified,
        Sum deleted,
        List<ImageFileChange> files,
        boolean more) {
    /** How many, and how many bytes. */
    public record Sum(long count, long bytes) {}
}
