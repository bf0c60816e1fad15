package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Parent groups that somebody chose, which may be there and others' already. What is missing is made and marked by an extended attribute, so
 * that it can be told from what was there before, also by a later engine, and removed with the last group in it. Stateless.
 */
final class WantedParents {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_@:.-]{1,128}");
    private static final int LONGEST = 1024;

    private WantedParents() {}

    /** Gives the path without needless slashes. Fails when it could lead elsewhere, or among the groups of the engine. */
    static String checked(String wanted, Set<String> reserved) {
        StringBuilder clean = new StringBuilder();
        for (String segment : wanted.split("/", -1)) {
            if (segment.isEmpty()) {
                continue;
            }
            if (segment.equals(".") || segment.equals("..") || !SEGMENT.matcher(segment).matches()) {
                throw new IllegalArgumentException("\"" + wanted + "\" is no path of a control group: use letters,"
                        + " digits, _ @ : . and - between slashes, without .. or .");
            }
            if (reserved.contains(segment)) {
                throw new IllegalArgumentException("\"" + wanted + "\" lies among the engine's own control groups: use"
                        + " another name than " + segment);
            }
            clean.append('/').append(segment);
        }
        if (clean.isEmpty() || clean.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "\"" + wanted + "\" is no path of a control group: name one of at most " + LONGEST + " characters");
        }
        return wanted.startsWith("/") ? clean.toString() : clean.substring(1);
    }

    /** Makes what is missing of a tree's parent, and readies all of it. */
    static void make(Hierarchy hierarchy, String wanted) throws IOException {
        Path parent = hierarchy.wantedParent(wanted);
        Path stop = start(hierarchy, wanted);
        Deque<Path> levels = new ArrayDeque<>();
        for (Path level = parent; !level.equals(stop); level = level.getParent()) {
            levels.push(level);
        }
        hierarchy.prepareLevel(stop);
        for (Path level : levels) {
            try {
                hierarchy.files().makeDirectory(level);
                hierarchy.files().mark(level);
            } catch (ErrnoException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw e;
                }
            }
            hierarchy.prepareLevel(level);
        }
    }

    /** Removes what {@link #make} has made, as far as nothing is in it. */
    static void remove(Hierarchy hierarchy, String wanted) {
        Path stop = start(hierarchy, wanted);
        Path level = hierarchy.wantedParent(wanted);
        while (!level.equals(stop)
                && hierarchy.files().isMarked(level)
                && hierarchy.files().removeDirectory(level) == 0) {
            level = level.getParent();
        }
    }

    private static Path start(Hierarchy hierarchy, String wanted) {
        return wanted.startsWith("/") ? hierarchy.top() : hierarchy.base();
    }
}
