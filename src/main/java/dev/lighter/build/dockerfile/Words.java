package dev.lighter.build.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Splits an instruction's text at blanks that neither quotes nor escapes protect; both stay in the words. */
final class Words {
    private Words() {}

    /** The words of a text. What a quote begins and nothing ends goes to the end. */
    static List<String> split(String text, char escape) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return words;
            }
            int end = end(text, at, escape);
            words.add(text.substring(at, end));
            at = end;
        }
    }

    /** Where the word that begins at a place ends. */
    static int end(String text, int start, char escape) {
        char quote = 0;
        int at = start;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == escape && quote != '\'' && at + 1 < text.length()) {
                at += 2;
                continue;
            }
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (Character.isWhitespace(c)) {
                break;
            }
            at++;
        }
        return Math.min(at, text.length());
    }

    /** A word without its quotes and escapes. */
    static String unquoted(String word, char escape) {
        StringBuilder plain = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == escape && quote != '\'' && i + 1 < word.length()) {
                plain.append(word.charAt(++i));
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
