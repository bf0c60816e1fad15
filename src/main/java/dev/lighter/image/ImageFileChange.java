package dev.lighter.image;

/**
 * A file that one image has and another has not, or not so.
 *
 * @param path as containers see it
 * @param type what it is, or was where it is deleted
 * @param sizeBytes of a regular file as it is now; 0 where it is none or deleted
 * @param sizeBytesBefore of a regular file as it was; 0 where it was none or is new
 */
public record ImageFileChange(Kind kind, Type type, String path, long sizeBytes, long sizeBytesBefore) {
    /** What happened to it. */
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    /** What it is. */
    public enum Type {
        FILE,
        DIRECTORY,
        LINK,
        OTHER
    }
}
