package dev.lighter.network.port;

import dev.lighter.error.EngineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Consecutive ports, {@code 8000-8010}, or one, {@code 8080}. Immutable.
 *
 * @param first the lowest, 0 to 65535
 * @param last the highest, at least the first
 */
record PortRange(int first, int last) {
    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int HIGHEST = 65_535;

    /** Reads one port or a range; INVALID in Docker's words for anything else. */
    static PortRange parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (matcher.matches()) {
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (first <= last && last <= HIGHEST && (first > 0 || last == 0)) {
                return new PortRange(first, last);
            }
        }
        throw EngineException.invalid("invalid port specification: \"" + text + "\"");
    }

    /** Whether it leaves the choice to the engine. */
    boolean isEphemeral() {
        return last == 0;
    }

    /** How many ports these are. */
    int size() {
        return last - first + 1;
    }
}
