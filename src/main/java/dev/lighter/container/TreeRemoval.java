package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;

/**
 * Removes a directory of a container with all that is in it, entry by entry below open directories, so that no link leads elsewhere whatever
 * the container does meanwhile. Looks at everything first: where something is mounted, or more than can be removed within one request, all
 * of it stays. For one thread.
 */
final class TreeRemoval {
    /** How many entries go with one request. */
    static final int MOST = 100_000;

    /** Each level takes a descriptor. */
    private static final int DEEPEST = 256;

    private final String path;
    private int seen;

    private TreeRemoval(String path) {
        this.path = path;
    }

    /**
     * Removes what has this name.
     *
     * @param path what it is called in refusals
     */
    static void remove(Fd parent, byte[] name, String path) throws ErrnoException {
        new TreeRemoval(path).visit(parent, name, false, 0);
        new TreeRemoval(path).visit(parent, name, true, 0);
    }

    private void visit(Fd parent, byte[] name, boolean removing, int depth) throws ErrnoException {
        FileCalls.Status status = FileCalls.status(parent, name);
        if (status == null) {
            return;
        }
        if (++seen > MOST || depth > DEEPEST) {
            throw EngineException.conflict("the directory " + path + " has more than " + MOST + " files or " + DEEPEST
                    + " levels: remove it in parts, or with rm in the container");
        }
        try {
            FileContent.requireNoMount(parent, name);
            if (!status.isDirectory()) {
                if (removing) {
                    FileCalls.unlink(parent, name);
                }
                return;
            }
            try (Fd directory = FileCalls.openDirectory(parent, name)) {
                for (byte[] entry : FileTree.names(directory, MOST - seen + 1)) {
                    visit(directory, entry, removing, depth + 1);
                }
            }
            if (removing) {
                FileCalls.removeDirectory(parent, name);
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTEMPTY) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                throw EngineException.conflict("something was made in " + path + " meanwhile: try again");
            }
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }
}
