package dev.lighter.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Joins a Dockerfile's lines to those of instructions. Belongs to one thread. */
final class LineReader {
    /** Instructions that files may follow. */
    private static final Set<String> WITH_HEREDOCS = Set.of("ADD", "COPY", "RUN");

    private final List<String> lines;
    private final char escape;
    private int next;

    LineReader(List<String> lines, char escape) {
        this.lines = lines;
        this.escape = escape;
    }

    /** The lines of a text, without their ends and without the mark of its byte order. */
    static List<String> lines(String text) {
        String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = plain.indexOf('\n'); end >= 0; end = plain.indexOf('\n', start)) {
            lines.add(plain.substring(start, end));
            start = end + 1;
        }
        if (start < plain.length()) {
            lines.add(plain.substring(start));
        }
        return lines;
    }

    List<LogicalLine> read() {
        List<LogicalLine> result = new ArrayList<>();
        while (next < lines.size()) {
            String line = lines.get(next++);
            if (isBlank(line) || isComment(line)) {
                continue;
            }
            int first = next;
            String text = joined(line.stripLeading());
            if (!text.isBlank()) {
                String trimmed = text.strip();
                result.add(new LogicalLine(first, trimmed, heredocs(first, trimmed)));
            }
        }
        return result;
    }

    private String joined(String line) {
        StringBuilder text = new StringBuilder();
        String part = line;
        while (true) {
            int end = continuation(part);
            if (end < 0) {
                return text.append(withoutReturn(part)).toString();
            }
            text.append(part, 0, end);
            do {
                if (next == lines.size()) {
                    return text.toString();
                }
                part = lines.get(next++);
            } while (isBlank(part) || isComment(part));
        }
    }

    /** Where a line's own text ends when the next one continues it, or -1: a single escape with nothing but blanks after it. */
    private int continuation(String line) {
        int end = line.length();
        while (end > 0 && isSpace(line.charAt(end - 1))) {
            end--;
        }
        boolean escaped = end > 0 && line.charAt(end - 1) == escape;
        return escaped && (end == 1 || line.charAt(end - 2) != escape) ? end - 1 : -1;
    }

    private List<Heredoc> heredocs(int first, String text) {
        String keyword = text.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        if (!text.contains("<<")) {
            return List.of();
        }
        if (!WITH_HEREDOCS.contains(keyword)
                || text.substring(keyword.length()).strip().startsWith("[")) {
            return List.of();
        }
        List<Heredoc> complete = new ArrayList<>();
        for (Heredoc begun : Heredoc.begunIn(text.substring(keyword.length()), escape)) {
            StringBuilder content = new StringBuilder();
            while (true) {
                if (next == lines.size()) {
                    throw new DockerfileException(first, "unterminated heredoc: no line says " + begun.name());
                }
                String line = withoutReturn(lines.get(next++));
                if (begun.endsWith(line)) {
                    break;
                }
                content.append(line).append('\n');
            }
            complete.add(begun.with(content.toString()));
        }
        return complete;
    }

    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private static boolean isBlank(String line) {
        return line.isBlank();
    }

    private static boolean isComment(String line) {
        return line.stripLeading().startsWith("#");
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }
}
