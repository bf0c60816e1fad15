package dev.lighter.build.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the comments at a Dockerfile's very beginning say to its reader.
 *
 * @param syntax the frontend that the file asks for, or empty; nothing here looks at it
 * @param escape the character that takes the meaning from the next one, and continues lines
 * @param check what it asks of a linter, or empty; nothing here looks at it
 */
public record Directives(String syntax, char escape, String check) {
    private static final Pattern DIRECTIVE = Pattern.compile("^#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*$");
    private static final Set<String> KNOWN = Set.of("syntax", "escape", "check");
    /** Nothing said. */
    public static final Directives NONE = new Directives("", '\\', "");

    /** Reads them; the first line that is none ends them. Fails where one is there twice or names an impossible escape. */
    static Directives read(List<String> lines) {
        Directives found = NONE;
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = DIRECTIVE.matcher(lines.get(i));
            if (!matcher.matches()) {
                break;
            }
            String name = matcher.group(1).toLowerCase(Locale.ROOT);
            if (!KNOWN.contains(name)) {
                break;
            }
            if (!seen.add(name)) {
                throw new DockerfileException(i + 1, "only one " + name + " parser directive can be used");
            }
            found = found.with(name, matcher.group(2), i + 1);
        }
        return found;
    }

    private Directives with(String name, String value, int line) {
        return switch (name) {
            case "syntax" -> new Directives(value, escape, check);
            case "check" -> new Directives(syntax, escape, value);
            default -> {
                if (!value.equals("\\") && !value.equals("`")) {
                    throw new DockerfileException(line, "invalid escape token '" + value + "' does not match ` or \\");
                }
                yield new Directives(syntax, value.charAt(0), check);
            }
        };
    }
}
