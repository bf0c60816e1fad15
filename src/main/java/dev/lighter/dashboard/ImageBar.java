package dev.lighter.dashboard;

import java.util.List;

/**
 * An image as a bar of its layers, lowest first.
 *
 * @param words the same in a sentence, for those who do not see it
 */
record ImageBar(String id, String name, String size, String words, List<LayerSegment> segments) {}
