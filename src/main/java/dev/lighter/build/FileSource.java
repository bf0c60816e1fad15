package dev.lighter.build;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A tree that files are copied from, a context or an image. Every path is resolved as if its top were the root, so that no link leads out of
 * it. Belongs to one thread.
 *
 * @param isImage whether it is an image, and not a context
 */
record FileSource(Fd root, boolean isImage) implements AutoCloseable {
    private static final int MOST_LINKS = 40;
    private static final byte[] SELF = {'.'};

    /**
     * Something in the tree, and the directory it is in, kept open.
     *
     * @param path as it was asked for, without slash at its beginning; empty for the top
     */
    record Found(Fd parent, byte[] name, Status status, String path) implements AutoCloseable {
        /** The last component of the path, or empty for the top. */
        String baseName() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        @Override
        public void close() {
            parent.close();
        }
    }

    /** What is at a path, through all links, the last one too; null where nothing is. */
    @Nullable
    Found find(String path) throws ErrnoException {
        String current = path;
        for (int links = 0; links <= MOST_LINKS; links++) {
            int slash = current.lastIndexOf('/');
            String last = current.substring(slash + 1);
            boolean whole = last.isEmpty() || last.equals(".") || last.equals("..");
            String above = whole ? current : slash < 0 ? "" : current.substring(0, slash);
            Fd parent = open(above);
            if (parent == null) {
                return null;
            }
            byte[] name = whole ? SELF : bytes(last);
            boolean kept = false;
            try {
                Status status = FileCalls.status(parent, name);
                if (status == null) {
                    return null;
                }
                if (status.type() != FileCalls.SYMLINK) {
                    kept = true;
                    return new Found(parent, name, status, path);
                }
                String target = new String(FileCalls.readLink(parent, name), StandardCharsets.UTF_8);
                current =
                        target.startsWith("/") ? target.substring(1) : above.isEmpty() ? target : above + "/" + target;
            } finally {
                if (!kept) {
                    parent.close();
                }
            }
        }
        throw new ErrnoException("openat2", path, Errno.ELOOP);
    }

    /** A directory of it, for looking; null where there is none. */
    @Nullable
    Fd open(String path) throws ErrnoException {
        try {
            return FileCalls.openInRoot(root, path.isEmpty() ? SELF : bytes(path), Fd.O_PATH | Fd.O_DIRECTORY);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return null;
            }
            throw e;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        root.close();
    }
}
