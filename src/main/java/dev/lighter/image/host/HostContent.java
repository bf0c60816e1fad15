package dev.lighter.image.host;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What was found for an image.
 *
 * @param tree the files
 * @param packages the packages, each as {@code name version}
 * @param users the names of the users that the image has
 * @param firstCommand where the first command is, or null where none was asked for
 * @param leftOut what is kept back, with the reason as the end of a sentence
 * @param files how many files and links there are
 * @param newestSeconds when the newest file was changed, in seconds since 1970
 */
public record HostContent(
        HostTree tree,
        List<String> packages,
        List<String> users,
        @Nullable Path firstCommand,
        SortedMap<Path, String> leftOut,
        int files,
        long newestSeconds) {}
