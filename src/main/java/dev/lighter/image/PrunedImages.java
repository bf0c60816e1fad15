package dev.lighter.image;

import java.util.List;

/** What a prune of images has done, in order, and how many bytes of the disk it gave back. */
public record PrunedImages(List<ImageRemoval> done, long bytes) {}
