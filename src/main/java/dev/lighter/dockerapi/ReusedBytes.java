package dev.lighter.dockerapi;

/**
 * Memory for one piece of a stream after another. Only a small array is kept, since most streams are silent for most of their time and hundreds
 * of them may be open; more is forgotten with its piece. For one thread.
 */
final class ReusedBytes {
    private static final int KEPT = 2048;

    private byte[] kept = new byte[0];

    /** An array of at least this length, of any content; the former one must not be used any more. */
    byte[] ofAtLeast(int length) {
        if (length > KEPT) {
            return new byte[length];
        }
        if (kept.length < length) {
            kept = new byte[KEPT];
        }
        return kept;
    }
}
