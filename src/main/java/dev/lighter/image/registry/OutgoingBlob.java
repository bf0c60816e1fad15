package dev.lighter.image.registry;

import java.io.IOException;
import java.io.InputStream;

/** A blob to be sent. */
public interface OutgoingBlob {
    /** Its digest. */
    String digest();

    /** Its length in bytes. */
    long sizeBytes();

    /** Its bytes from an offset on; asked again where something was lost. */
    InputStream open(long offset) throws IOException;

    /** Hears, on any thread, how many bytes are on their way; fewer than before where something was lost. */
    void sent(long bytes);
}
