package dev.lighter.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in the place of variables, and takes quotes and escapes away, as a shell would without running anything. Belongs to one
 * thread.
 */
public final class Substitution {
    private static final int DEEPEST = 50;
    private static final int LONGEST = 4 * 1024 * 1024;

    private final char escape;
    private final UnaryOperator<@Nullable String> variables;
    private final int line;

    /**
     * For one instruction.
     *
     * @param variables gives a variable's value, or null where it has none
     */
    public Substitution(int line, char escape, UnaryOperator<@Nullable String> variables) {
        this.line = line;
        this.escape = escape;
        this.variables = variables;
    }

    /** The text with values. Fails with {@link DockerfileException} where quotes or braces do not end. */
    public String of(String text) {
        return new Scan(text, false).word(0, 0);
    }

    /** The words of the text with values; blanks that come from a variable outside of quotes separate, too. */
    public List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : Words.split(text, escape)) {
            String value = of(word);
            if (word.indexOf('"') >= 0 || word.indexOf('\'') >= 0) {
                words.add(value);
            } else {
                for (String part : value.strip().split("\\s+")) {
                    if (!part.isEmpty()) {
                        words.add(part);
                    }
                }
            }
        }
        return words;
    }

    /** A file's content with values: quotes stay, and escapes that protect nothing. */
    public String ofFile(String text) {
        return new Scan(text, true).word(0, 0);
    }

    private DockerfileException failure(String reason) {
        return new DockerfileException(line, reason);
    }

    /** One pass over one text. */
    private final class Scan {
        private final String text;
        private final boolean raw;
        private int at;

        Scan(String text, boolean raw) {
            this.text = text;
            this.raw = raw;
        }

        private char ahead() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        /** Up to a character that stops it, which is passed; to the end for 0. */
        String word(int stop, int depth) {
            if (depth > DEEPEST) {
                throw failure("variables are nested more than " + DEEPEST + " deep");
            }
            StringBuilder result = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at);
                if (stop != 0 && c == stop) {
                    at++;
                    return result.toString();
                }
                if (c == '$') {
                    result.append(dollar(depth));
                } else if (c == escape) {
                    escaped(result);
                } else if (!raw && c == '\'') {
                    single(result);
                } else if (!raw && c == '"') {
                    quoted(result, depth);
                } else {
                    result.append(c);
                    at++;
                }
                if (result.length() > LONGEST) {
                    throw failure("the values of variables are too long");
                }
            }
            if (stop != 0) {
                throw failure("unexpected end of statement while looking for matching " + (char) stop);
            }
            return result.toString();
        }

        private void escaped(StringBuilder result) {
            at++;
            if (at == text.length()) {
                if (raw) {
                    result.append(escape);
                }
                return;
            }
            char next = text.charAt(at++);
            if (raw && next != '$' && next != escape) {
                result.append(escape);
            }
            result.append(next);
        }

        private void single(StringBuilder result) {
            int end = text.indexOf('\'', at + 1);
            if (end < 0) {
                throw failure("unexpected end of statement while looking for matching single-quote");
            }
            result.append(text, at + 1, end);
            at = end + 1;
        }

        private void quoted(StringBuilder result, int depth) {
            at++;
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return;
                }
                if (c == '$') {
                    result.append(dollar(depth));
                } else if (c == escape && at + 1 < text.length()) {
                    char next = text.charAt(at + 1);
                    if (next != '"' && next != '$' && next != escape) {
                        result.append(c);
                    }
                    result.append(next);
                    at += 2;
                } else {
                    result.append(c);
                    at++;
                }
            }
            throw failure("unexpected end of statement while looking for matching double-quote");
        }

        private String dollar(int depth) {
            at++;
            if (ahead() != '{') {
                String name = name();
                return name.isEmpty() ? "$" : orEmpty(variables.apply(name));
            }
            at++;
            if (at == text.length()) {
                throw failure("syntax error: missing '}'");
            }
            String name = name();
            if (name.isEmpty()) {
                throw failure(ahead() == '}' ? "bad substitution" : "invalid variable name in ${" + text.substring(at));
            }
            @Nullable String value = variables.apply(name);
            char modifier = ahead();
            at++;
            return switch (modifier) {
                case '}' -> orEmpty(value);
                case ':' -> {
                    char kind = ahead();
                    at++;
                    yield chosen(name, value == null || value.isEmpty() ? null : value, kind, depth);
                }
                case '+', '-', '?' -> chosen(name, value, modifier, depth);
                case '#', '%' -> {
                    boolean longest = ahead() == modifier;
                    at += longest ? 1 : 0;
                    String pattern = word('}', depth + 1);
                    yield ShellPattern.of(pattern).trimmed(orEmpty(value), modifier == '#', longest);
                }
                case '/' -> {
                    boolean all = ahead() == '/';
                    at += all ? 1 : 0;
                    String pattern = word('/', depth + 1);
                    String replacement = word('}', depth + 1);
                    yield ShellPattern.of(pattern).replaced(orEmpty(value), replacement, all);
                }
                case 0 -> throw failure("syntax error: missing '}'");
                default -> throw failure("unsupported modifier (" + modifier + ") in substitution");
            };
        }

        private String chosen(String name, @Nullable String value, char kind, int depth) {
            if (kind != '+' && kind != '-' && kind != '?') {
                throw failure(
                        kind == 0
                                ? "syntax error: missing '}'"
                                : "unsupported modifier (:" + kind + ") in substitution");
            }
            String word = word('}', depth + 1);
            if (kind == '+') {
                return value == null ? "" : word;
            }
            if (value != null) {
                return value;
            }
            if (kind == '?') {
                throw failure(name + ": " + (word.isEmpty() ? "is not allowed to be unset" : word));
            }
            return word;
        }

        /** The name that begins here: letters, digits and low lines; or one special character, or digits. */
        private String name() {
            int start = at;
            char first = ahead();
            if (Character.isDigit(first)) {
                while (Character.isDigit(ahead())) {
                    at++;
                }
            } else if ("@*#?-$!".indexOf(first) >= 0 && first != 0) {
                at++;
            } else {
                while (ahead() == '_' || Character.isLetterOrDigit(ahead())) {
                    at++;
                }
            }
            return text.substring(start, at);
        }

        private String orEmpty(@Nullable String value) {
            return value == null ? "" : value;
        }
    }
}
