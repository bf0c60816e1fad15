package dev.lighter.launch;

/**
 * How much of a container's output is kept.
 *
 * @param segmentBytes when a segment of the log is full and another one begins, in bytes of both streams and their index; 0 for never
 * @param segments how many segments are kept, the one that is written included; what is larger than a segment counts as several
 * @param compressed whether full segments are compressed
 * @param kept whether output is kept at all; otherwise only clients that are attached get it
 * @param unattendedBytes how large a stream of the last segment may grow while no engine is there to begin another one; 0 for no limit
 */
public record LogPolicy(long segmentBytes, int segments, boolean compressed, boolean kept, long unattendedBytes) {
    /** Everything is kept for ever. */
    public static final LogPolicy EVERYTHING = new LogPolicy(0, 1, false, true, 0);
}
