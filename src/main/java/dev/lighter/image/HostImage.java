package dev.lighter.image;

import java.util.List;
import java.util.Map;

/**
 * An image that was made of this host's files.
 *
 * @param name as users know it
 * @param sizeBytes of all its files
 * @param files how many files and links it has
 * @param packages the packages in it, each as {@code name version}
 * @param users the users that it knows, root first
 * @param leftOut paths that were kept back, with the reason as the end of a sentence
 */
public record HostImage(
        String id,
        String name,
        long sizeBytes,
        int files,
        List<String> packages,
        List<String> users,
        Map<String, String> leftOut) {}
