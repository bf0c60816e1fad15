package dev.lighter.dashboard;

import dev.lighter.image.ImageFileChange;

/**
 * A file that is another in another image, in the words of the pages.
 *
 * @param kind {@code added}, {@code modified} or {@code deleted}
 * @param sign the same as one character
 * @param size what it is now, or how it changed
 */
record ChangeRow(String kind, String sign, String path, String size) {
    static ChangeRow of(ImageFileChange change) {
        boolean file = change.type() == ImageFileChange.Type.FILE;
        String path = change.path() + (change.type() == ImageFileChange.Type.DIRECTORY ? "/" : "");
        return switch (change.kind()) {
            case ADDED -> new ChangeRow("added", "+", path, file ? Words.bytes(change.sizeBytes()) : "");
            case DELETED -> new ChangeRow("deleted", "−", path, file ? Words.bytes(change.sizeBytesBefore()) : "");
            case MODIFIED ->
                new ChangeRow(
                        "modified",
                        "~",
                        path,
                        file ? Words.bytes(change.sizeBytesBefore()) + " → " + Words.bytes(change.sizeBytes()) : "");
        };
    }
}
