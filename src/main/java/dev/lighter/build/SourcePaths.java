package dev.lighter.build;

import dev.lighter.build.dockerfile.PathPattern;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds what the sources of COPY and ADD name in a tree: paths as they are, or patterns. */
final class SourcePaths {
    private static final int DEEPEST = 256;

    private SourcePaths() {}

    /** A path without {@code .}, {@code ..} and superfluous slashes; one that leads out of the tree leads to its top. */
    static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    /** Whether a path climbs out of the tree. */
    static boolean leadsOut(String path) {
        int depth = 0;
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                depth--;
            } else if (!part.isEmpty() && !part.equals(".")) {
                depth++;
            }
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    /** The paths that a pattern matches, in the order of their names; none where there are none. */
    static List<String> matching(FileSource source, String pattern, boolean deep) throws ErrnoException {
        List<String> found = new ArrayList<>();
        if (deep && pattern.contains("**")) {
            descend(source, "", PathPattern.of(pattern, true), 0, found);
        } else {
            expand(source, "", List.of(pattern.split("/")), 0, found);
        }
        return found;
    }

    private static void expand(FileSource source, String above, List<String> parts, int next, List<String> found)
            throws ErrnoException {
        String part = parts.get(next);
        boolean last = next + 1 == parts.size();
        if (!PathPattern.hasWildcards(part) && part.indexOf('\\') < 0) {
            String path = joined(above, part);
            if (!last) {
                expand(source, path, parts, next + 1, found);
            } else {
                keep(source, path, found);
            }
            return;
        }
        PathPattern pattern = PathPattern.of(part, false);
        for (String name : names(source, above)) {
            if (pattern.matches(name)) {
                String path = joined(above, name);
                if (last) {
                    keep(source, path, found);
                } else {
                    expand(source, path, parts, next + 1, found);
                }
            }
        }
    }

    private static void descend(FileSource source, String above, PathPattern pattern, int depth, List<String> found)
            throws ErrnoException {
        for (String name : depth > DEEPEST ? List.<String>of() : names(source, above)) {
            String path = joined(above, name);
            if (pattern.matches(path)) {
                keep(source, path, found);
            } else {
                try (Fd directory = source.open(above)) {
                    FileCalls.Status status =
                            directory == null ? null : FileCalls.status(directory, FileSource.bytes(name));
                    if (status != null && status.isDirectory()) {
                        descend(source, path, pattern, depth + 1, found);
                    }
                }
            }
        }
    }

    private static void keep(FileSource source, String path, List<String> found) throws ErrnoException {
        try (FileSource.Found one = source.find(path)) {
            if (one != null) {
                found.add(path);
            }
        }
    }

    private static List<String> names(FileSource source, String path) throws ErrnoException {
        try (Fd looked = source.open(path)) {
            if (looked == null) {
                return List.of();
            }
            try (Fd directory = FileCalls.openDirectory(looked, new byte[] {'.'})) {
                return FileTree.names(directory).stream()
                        .map(name -> new String(name, StandardCharsets.UTF_8))
                        .sorted()
                        .toList();
            }
        }
    }

    private static String joined(String above, String name) {
        return above.isEmpty() ? name : above + "/" + name;
    }
}
