package dev.lighter.image.registry;

import java.io.IOException;
import java.io.InputStream;

/** Bytes to send, as often as it takes. */
interface Content {
    /** How many. */
    long length();

    /** From the first one. */
    InputStream open() throws IOException;
}
