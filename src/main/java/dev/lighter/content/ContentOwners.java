package dev.lighter.content;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A feature that keeps something in the data directory; every feature that does implements this as a bean. Each answers for directories whose
 * entries it makes, and names what it needs, there or among another feature's entries: what nobody needs is an orphan, what is needed and is
 * not there is missing. Asked on the check's thread, any number of times, while everything else goes on.
 *
 * <p>An entry must be needed from before it is made until after it is gone. Where a feature makes entries before it records them it keeps
 * those in memory, or holds the check back in {@link #holdingBack}.
 */
public interface ContentOwners {
    /** The directories whose entries this feature makes, relative to the data directory, such as {@code blobs/sha256}. */
    Set<String> directories();

    /** Everything that the feature needs at this moment. */
    List<Content> contents() throws IOException;

    /** Runs something while nothing can come to be needed that is not needed now, among the entries of this feature's directories. */
    default <T> T holdingBack(Work<T> work) throws IOException {
        return work.run();
    }

    /**
     * Removes an entry of one of this feature's directories, with all in it. Called within {@link #holdingBack}, for entries that nobody
     * needs.
     *
     * @param path relative to the data directory
     */
    void remove(String path) throws IOException;

    /**
     * Forgets what needs something that is missing, if nothing that runs is made of it. Gives in words what was done; empty where it stays as
     * it is.
     */
    default String forget(Content missing) throws IOException {
        return "";
    }

    /** What is done while a feature holds back. */
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Something that is needed.
     *
     * @param path relative to the data directory
     * @param neededBy in words and with its id, such as {@code image sha256:…}
     * @param expected whether it must be there; what is just being made or removed need not
     */
    record Content(String path, String neededBy, boolean expected) {}
}
