package dev.lighter.build.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the exec form of instructions: a JSON array of strings, and nothing else. Belongs to one thread. */
final class JsonWords {
    private final String text;
    private int at;

    private JsonWords(String text) {
        this.text = text;
    }

    /** The strings; null where the text is anything but such an array, which makes it the shell form. */
    static @Nullable List<String> read(String text) {
        if (!text.startsWith("[")) {
            return null;
        }
        return new JsonWords(text).array();
    }

    private @Nullable List<String> array() {
        List<String> words = new ArrayList<>();
        at = 1;
        if (ahead() == ']') {
            at++;
            return ahead() == 0 ? words : null;
        }
        while (true) {
            String word = ahead() == '"' ? string() : null;
            if (word == null) {
                return null;
            }
            words.add(word);
            char c = ahead();
            at++;
            if (c == ']') {
                return ahead() == 0 ? words : null;
            }
            if (c != ',') {
                return null;
            }
        }
    }

    /** The next character that is no blank, which is not passed; 0 at the end. */
    private char ahead() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private @Nullable String string() {
        StringBuilder word = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return word.toString();
            }
            if (c < ' ') {
                return null;
            }
            if (c != '\\') {
                word.append(c);
                continue;
            }
            if (at == text.length()) {
                return null;
            }
            int escaped = escaped(text.charAt(at++));
            if (escaped < 0) {
                return null;
            }
            word.append((char) escaped);
        }
        return null;
    }

    private int escaped(char c) {
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> -1;
        };
    }

    private int unicode() {
        if (at + 4 > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text.charAt(at + i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        at += 4;
        return value;
    }
}
