package dev.lighter.build.dockerfile;

/** A pattern of {@code ${name#pattern}} and its kin: {@code *} stands for any text, {@code ?} for a character. Never runs away. */
final class ShellPattern {
    private final String pattern;
    /** Which characters of the pattern mean themselves. */
    private final boolean[] plain;

    private final int length;

    private ShellPattern(String text) {
        StringBuilder characters = new StringBuilder();
        boolean[] literal = new boolean[text.length()];
        for (int i = 0; i < text.length(); i++) {
            boolean escaped = text.charAt(i) == '\\' && i + 1 < text.length();
            i += escaped ? 1 : 0;
            char c = text.charAt(i);
            literal[characters.length()] = escaped || c != '*' && c != '?';
            characters.append(c);
        }
        this.pattern = characters.toString();
        this.plain = literal;
        this.length = pattern.length();
    }

    static ShellPattern of(String text) {
        return new ShellPattern(text);
    }

    /** A text without what the pattern matches at its beginning or end. */
    String trimmed(String text, boolean prefix, boolean longest) {
        int best = -1;
        for (int cut = 0; cut <= text.length(); cut++) {
            String part = prefix ? text.substring(0, cut) : text.substring(text.length() - cut);
            if (matches(part)) {
                best = cut;
                if (!longest) {
                    break;
                }
            }
        }
        if (best < 0) {
            return text;
        }
        return prefix ? text.substring(best) : text.substring(0, text.length() - best);
    }

    /** A text with the first, or each, longest match replaced. */
    String replaced(String text, String replacement, boolean all) {
        if (length == 0) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int end = longestFrom(text, at);
            if (end <= at) {
                result.append(text.charAt(at++));
                continue;
            }
            result.append(replacement);
            at = end;
            if (!all) {
                break;
            }
        }
        return result.append(text, at, text.length()).toString();
    }

    private int longestFrom(String text, int start) {
        boolean[] states = start();
        int longest = states[length] ? start : -1;
        for (int i = start; i < text.length(); i++) {
            states = step(states, text.charAt(i));
            longest = states[length] ? i + 1 : longest;
        }
        return longest;
    }

    private boolean matches(String text) {
        boolean[] states = start();
        for (int i = 0; i < text.length(); i++) {
            states = step(states, text.charAt(i));
        }
        return states[length];
    }

    private boolean[] start() {
        boolean[] states = new boolean[length + 1];
        states[0] = true;
        return skipped(states);
    }

    /** A star may stand for nothing. */
    private boolean[] skipped(boolean[] states) {
        for (int i = 0; i < length; i++) {
            if (states[i] && isStar(i)) {
                states[i + 1] = true;
            }
        }
        return states;
    }

    private boolean[] step(boolean[] states, char c) {
        boolean[] after = new boolean[length + 1];
        for (int i = 0; i < length; i++) {
            if (!states[i]) {
                continue;
            }
            if (isStar(i)) {
                after[i] = true;
            } else if (plain[i] ? pattern.charAt(i) == c : true) {
                after[i + 1] = true;
            }
        }
        return skipped(after);
    }

    private boolean isStar(int i) {
        return !plain[i] && pattern.charAt(i) == '*';
    }
}
