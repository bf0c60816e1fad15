package dev.lighter.build;

import java.io.IOException;
import java.nio.file.Path;

/** Fetches what lies elsewhere: files over HTTP, repositories. Safe for all threads. */
interface RemoteSources {
    /**
     * Fetches a file into a directory.
     *
     * @param checksum {@code sha256:} and 64 digits, or empty for none
     * @return what it is called; empty where the URL does not say
     */
    String file(String url, String checksum, Path directory) throws IOException;

    /** Fetches a revision of a repository into an empty directory. */
    void repository(GitAddress address, boolean keepGitDirectory, String checksum, Path directory) throws IOException;
}
