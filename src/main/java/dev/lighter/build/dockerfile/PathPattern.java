package dev.lighter.build.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of paths with slashes: {@code *} and {@code ?} within a component, {@code [a-z]} and {@code [^a-z]}, a backslash before what
 * means itself, and, where that is wanted, {@code **} for any number of components. Takes time in proportion to pattern times path,
 * whatever both are. Safe for all threads.
 */
public final class PathPattern {
    private final List<Token> tokens;

    private enum Kind {
        ONE,
        STAR,
        ANY,
        /** Either what follows the next token begins here, or the next token does. */
        MAYBE,
        /** Text up to and with a slash. */
        COMPONENTS
    }

    /** Something that a pattern demands; {@code ranges} in pairs for {@code ONE}. */
    private record Token(Kind kind, boolean negated, int[] ranges) {
        boolean accepts(char c) {
            return switch (kind) {
                case STAR -> c != '/';
                case ANY, COMPONENTS -> true;
                case MAYBE -> false;
                case ONE -> !(c == '/' && negated) && negated != inRanges(c);
            };
        }

        private boolean inRanges(char c) {
            for (int i = 0; i < ranges.length; i += 2) {
                if (c >= ranges[i] && c <= ranges[i + 1]) {
                    return true;
                }
            }
            return false;
        }

        static Token of(Kind kind) {
            return new Token(kind, false, new int[0]);
        }

        static Token literal(char c) {
            return new Token(Kind.ONE, false, new int[] {c, c});
        }
    }

    private PathPattern(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** Whether a text has anything that means more than itself. */
    public static boolean hasWildcards(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }

    /**
     * Reads a pattern. Fails with {@link IllegalArgumentException} where it is none.
     *
     * @param deep whether {@code **} means any number of components
     */
    public static PathPattern of(String text, boolean deep) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '*' && deep && at < text.length() && text.charAt(at) == '*') {
                at++;
                if (at < text.length() && text.charAt(at) == '/') {
                    at++;
                }
                if (at == text.length()) {
                    tokens.add(Token.of(Kind.ANY));
                } else {
                    tokens.add(Token.of(Kind.MAYBE));
                    tokens.add(Token.of(Kind.COMPONENTS));
                }
            } else if (c == '*') {
                tokens.add(Token.of(Kind.STAR));
            } else if (c == '?') {
                tokens.add(new Token(Kind.ONE, true, new int[0]));
            } else if (c == '[') {
                at = readClass(text, at, tokens);
            } else if (c == '\\') {
                if (at == text.length()) {
                    throw syntaxError();
                }
                tokens.add(Token.literal(text.charAt(at++)));
            } else {
                tokens.add(Token.literal(c));
            }
        }
        return new PathPattern(List.copyOf(tokens));
    }

    private static int readClass(String text, int start, List<Token> tokens) {
        int at = start;
        boolean negated = at < text.length() && text.charAt(at) == '^';
        at += negated ? 1 : 0;
        List<Integer> ranges = new ArrayList<>();
        while (true) {
            if (at < text.length() && text.charAt(at) == ']' && !ranges.isEmpty()) {
                break;
            }
            int low = at;
            at = member(text, at);
            char from = text.charAt(at - 1);
            char to = from;
            if (at < text.length() && text.charAt(at) == '-') {
                at = member(text, at + 1);
                to = text.charAt(at - 1);
            }
            if (low == at || to < from) {
                throw syntaxError();
            }
            ranges.add((int) from);
            ranges.add((int) to);
        }
        tokens.add(new Token(
                Kind.ONE, negated, ranges.stream().mapToInt(Integer::intValue).toArray()));
        return at + 1;
    }

    /** Passes one character of a class, escaped or not. */
    private static int member(String text, int start) {
        int at = start;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == ']')) {
            throw syntaxError();
        }
        if (at < text.length() && text.charAt(at) == '\\') {
            at++;
        }
        if (at >= text.length()) {
            throw syntaxError();
        }
        return at + 1;
    }

    private static IllegalArgumentException syntaxError() {
        return new IllegalArgumentException("syntax error in pattern");
    }

    /** Whether the whole path is as the pattern says. */
    public boolean matches(String path) {
        boolean[] states = new boolean[tokens.size() + 1];
        states[0] = true;
        skip(states);
        for (int i = 0; i < path.length(); i++) {
            states = step(states, path.charAt(i));
        }
        return states[tokens.size()];
    }

    private boolean[] step(boolean[] states, char c) {
        boolean[] after = new boolean[states.length];
        for (int i = 0; i < tokens.size(); i++) {
            if (!states[i] || !tokens.get(i).accepts(c)) {
                continue;
            }
            Kind kind = tokens.get(i).kind();
            after[i] |= kind != Kind.ONE;
            after[i + 1] |= kind == Kind.ONE || kind == Kind.COMPONENTS && c == '/';
        }
        skip(after);
        return after;
    }

    /** Whatever may stand for nothing is passed. */
    private void skip(boolean[] states) {
        for (int i = 0; i < tokens.size(); i++) {
            Kind kind = tokens.get(i).kind();
            if (states[i] && (kind == Kind.STAR || kind == Kind.ANY || kind == Kind.MAYBE)) {
                states[i + 1] = true;
                if (kind == Kind.MAYBE) {
                    states[i + 2] = true;
                }
            }
        }
    }
}
