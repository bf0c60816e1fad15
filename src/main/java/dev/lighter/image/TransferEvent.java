package dev.lighter.image;

import org.jspecify.annotations.Nullable;

/**
 * A step of a pull or push, in Docker's words.
 *
 * @param id of the layer or tag that it is about, shortened; empty where it is about all
 * @param status what happens, for instance {@code Downloading}
 * @param currentBytes how much is done, or -1 where there is nothing to count
 * @param totalBytes of how much
 * @param pushed the tag that was pushed, or null
 */
public record TransferEvent(
        String id,
        String status,
        long currentBytes,
        long totalBytes,
        @Nullable PushedTag pushed) {
    /**
     * What a registry has under a tag since a push.
     *
     * @param sizeBytes the manifest's length
     */
    public record PushedTag(String tag, String digest, long sizeBytes) {}

    static TransferEvent of(String status) {
        return new TransferEvent("", status, -1, -1, null);
    }

    static TransferEvent of(String id, String status) {
        return new TransferEvent(id, status, -1, -1, null);
    }

    static TransferEvent of(String id, String status, long currentBytes, long totalBytes) {
        return new TransferEvent(id, status, currentBytes, totalBytes, null);
    }

    static TransferEvent of(PushedTag pushed) {
        return new TransferEvent("", "", -1, -1, pushed);
    }

    /** Whether it says how many bytes are done. */
    public boolean counts() {
        return currentBytes >= 0;
    }
}
