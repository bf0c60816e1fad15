package dev.lighter.image;

import java.util.List;

/** The images that a prune would remove, newest first, and how many bytes of the disk it would give back. */
public record PrunableImages(List<ImageDetails> images, long bytes) {}
