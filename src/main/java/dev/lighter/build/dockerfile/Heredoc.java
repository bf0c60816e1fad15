package dev.lighter.build.dockerfile;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file within a Dockerfile, from the line after {@code <<NAME} to the line {@code NAME}.
 *
 * @param name the word that ends it
 * @param content its lines, each with its end
 * @param expand whether variables in it have their values, which quotes around the name keep them from
 * @param chomp whether tabs at the beginnings of lines go, as {@code <<-} says
 */
public record Heredoc(String name, String content, boolean expand, boolean chomp) {
    private static final Pattern START = Pattern.compile("^(\\d*)<<(-?)([^<]+)$");

    /** The file that a word begins, still without content; null where it begins none. */
    static @Nullable Heredoc begun(String word, char escape) {
        Matcher matcher = START.matcher(word);
        if (!matcher.matches()) {
            return null;
        }
        String rest = matcher.group(3);
        StringBuilder name = new StringBuilder();
        char quote = 0;
        boolean quoted = false;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
                quoted = true;
            } else if (quote == 0 && c == escape && i + 1 < rest.length()) {
                name.append(rest.charAt(++i));
                quoted = true;
            } else {
                name.append(c);
            }
        }
        boolean named = quote == 0 && !name.isEmpty();
        return named
                ? new Heredoc(name.toString(), "", !quoted, !matcher.group(2).isEmpty())
                : null;
    }

    /** Those that the words of a line begin, in order. */
    static List<Heredoc> begunIn(String line, char escape) {
        return Words.split(line, escape).stream()
                .map(word -> begun(word, escape))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    /** Whether a line is nothing but the beginning of a file, which then is the program itself. */
    public static boolean isAlone(String line, char escape) {
        List<String> words = Words.split(line, escape);
        return words.size() == 1 && begun(words.get(0), escape) != null;
    }

    /** Whether a line ends it. */
    boolean endsWith(String line) {
        return (chomp ? withoutTabs(line) : line).equals(name);
    }

    Heredoc with(String itsContent) {
        return new Heredoc(name, itsContent, expand, chomp);
    }

    /** Its content as it is to be used: without the tabs that {@code <<-} takes. */
    public String text() {
        if (!chomp) {
            return content;
        }
        StringBuilder text = new StringBuilder();
        for (String line : content.split("(?<=\n)")) {
            text.append(withoutTabs(line));
        }
        return text.toString();
    }

    private static String withoutTabs(String line) {
        int start = 0;
        while (start < line.length() && line.charAt(start) == '\t') {
            start++;
        }
        return line.substring(start);
    }
}
