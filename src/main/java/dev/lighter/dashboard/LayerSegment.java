package dev.lighter.dashboard;

/**
 * A layer as a part of a bar; lengths are in thousandths of the whole picture's width.
 *
 * @param shade which of the colours for shared layers it has, counted from 1; 0 for a layer of this image alone
 * @param words what a pointer that rests on it is told
 */
record LayerSegment(double left, double width, int shade, String words) {}
