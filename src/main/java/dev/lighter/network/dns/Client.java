package dev.lighter.network.dns;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Where a question came from and its answer goes. Used on the server's thread; one that has gone swallows its answer. */
interface Client {
    /** The address that tells who asks. */
    InetAddress address();

    /** How many bytes the answer to a question may have. */
    int limit(Question question);

    /** Sends an answer; the buffer is the caller's again afterwards. */
    void answer(ByteBuffer message);
}
