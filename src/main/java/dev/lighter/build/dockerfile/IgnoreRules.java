package dev.lighter.build.dockerfile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a {@code .dockerignore} file keeps out of a context. The last rule that matches a path, or a directory above it, decides. Safe for all threads. */
public final class IgnoreRules {
    /** Nothing is kept out. */
    public static final IgnoreRules NONE = new IgnoreRules(List.of());

    private final List<Rule> rules;

    private record Rule(PathPattern pattern, boolean exception) {}

    private IgnoreRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** Reads a file. Fails with {@link IllegalArgumentException}, which names the line that is no pattern. */
    public static IgnoreRules parse(String text) {
        List<String> patterns = new ArrayList<>();
        for (String line : LineReader.lines(text)) {
            if (!line.startsWith("#")) {
                patterns.add(line);
            }
        }
        return of(patterns);
    }

    /** Those of patterns. Fails with {@link IllegalArgumentException}. */
    public static IgnoreRules of(List<String> patterns) {
        List<Rule> rules = new ArrayList<>();
        for (String written : patterns) {
            String text = written.strip();
            if (text.isEmpty()) {
                continue;
            }
            boolean exception = text.startsWith("!");
            String path = exception ? text.substring(1).strip() : text;
            if (path.isEmpty()) {
                throw new IllegalArgumentException("illegal exclusion pattern: \"!\"");
            }
            String clean = clean(path);
            try {
                rules.add(new Rule(PathPattern.of(clean, true), exception));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"" + text + "\": " + e.getMessage(), e);
            }
        }
        return new IgnoreRules(List.copyOf(rules));
    }

    /** A path in its shortest form, without slash at its beginning. */
    private static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        boolean absolute = path.startsWith("/");
        for (String part : path.split("/")) {
            if (part.equals("..") && !parts.isEmpty() && !parts.peekLast().equals("..")) {
                parts.removeLast();
            } else if (part.equals("..") && !absolute) {
                parts.addLast(part);
            } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                parts.addLast(part);
            }
        }
        return parts.isEmpty() ? absolute ? "/" : "." : String.join("/", parts);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Whether any of them lets something in again. */
    public boolean hasExceptions() {
        return rules.stream().anyMatch(Rule::exception);
    }

    /**
     * Whether a path is kept out.
     *
     * @param path relative to the context, with slashes and in its shortest form
     */
    public boolean excludes(String path) {
        boolean excluded = false;
        for (Rule rule : rules) {
            if (rule.exception() == excluded && matches(rule.pattern(), path)) {
                excluded = !rule.exception();
            }
        }
        return excluded;
    }

    private static boolean matches(PathPattern pattern, String path) {
        for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
            if (pattern.matches(path.substring(0, end))) {
                return true;
            }
        }
        return pattern.matches(path);
    }
}
