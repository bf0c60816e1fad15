package dev.lighter.kernel;

import java.nio.charset.StandardCharsets;

/**
 * The place for a mount in a tree of files: found as if the tree were the root directory, by links that stay inside, and made where it is
 * missing. A link that leads nowhere is followed all the same, and what it names is made. Stateless; safe for all threads.
 */
public final class MountPlace {
    /** As many as the kernel follows in one path, path_resolution(7). */
    private static final int MOST_LINKS = 40;

    private MountPlace() {}

    /**
     * Opens the place with O_PATH.
     *
     * @param target an absolute path
     * @param directory whether a directory is made where nothing is, or an empty file
     * @param ids whose root owns what is made
     */
    public static Fd open(Fd top, String target, boolean directory, IdRange ids) throws ErrnoException {
        try (FileIdentity identity = FileIdentity.of(ids)) {
            return open(top, bytewise(target), directory, MOST_LINKS);
        }
    }

    /** Makes what a link on the way to a place names, where it leads nowhere. Makes nothing else. */
    public static void settleLinks(Fd top, String target, boolean directory, IdRange ids) throws ErrnoException {
        String path = bytewise(target);
        if (isThere(top, path)) {
            return;
        }
        for (int end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
            String part = end < 0 ? path : path.substring(0, end);
            if (!isThere(top, part)) {
                try (Fd parent = FileCalls.openInRoot(top, bytes(above(part)), Fd.O_PATH)) {
                    if (!isLink(parent, name(part))) {
                        return;
                    }
                }
                try (FileIdentity identity = FileIdentity.of(ids)) {
                    open(top, part, directory || end >= 0, MOST_LINKS).close();
                }
            }
            if (end < 0) {
                return;
            }
        }
    }

    private static Fd open(Fd top, String target, boolean directory, int links) throws ErrnoException {
        try {
            return FileCalls.openInRoot(top, bytes(target), Fd.O_PATH);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) || target.equals("/")) {
                throw e;
            }
        }
        byte[] name = name(target);
        try (Fd parent = open(top, above(target), true, links)) {
            if (isLink(parent, name)) {
                if (links == 0) {
                    throw new ErrnoException("openat2", target, Errno.ELOOP);
                }
                String link = new String(FileCalls.readLink(parent, name), StandardCharsets.ISO_8859_1);
                return open(top, link.startsWith("/") ? link : above(target) + "/" + link, directory, links - 1);
            }
            if (FileCalls.status(parent, name) == null && directory) {
                FileCalls.makeDirectory(parent, name, 0755);
            } else if (FileCalls.status(parent, name) == null) {
                FileCalls.makeNode(parent, name, FileCalls.REGULAR | 0644, 0, 0);
            }
        }
        return FileCalls.openInRoot(top, bytes(target), Fd.O_PATH);
    }

    private static boolean isThere(Fd top, String path) throws ErrnoException {
        try {
            FileCalls.openInRoot(top, bytes(path), Fd.O_PATH).close();
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isLink(Fd parent, byte[] name) throws ErrnoException {
        FileCalls.Status status = FileCalls.status(parent, name);
        return status != null && status.type() == FileCalls.SYMLINK;
    }

    /** Names are bytes; as text of one character for each they can be cut and put together. */
    private static String bytewise(String path) {
        return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String withoutSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static String above(String path) {
        String clean = withoutSlashes(path);
        int slash = clean.lastIndexOf('/');
        return slash <= 0 ? "/" : clean.substring(0, slash);
    }

    private static byte[] name(String path) {
        String clean = withoutSlashes(path);
        return bytes(clean.substring(clean.lastIndexOf('/') + 1));
    }
}
