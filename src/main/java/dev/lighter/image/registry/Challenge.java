package dev.lighter.image.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a server wants to be convinced, RFC 9110, {@code WWW-Authenticate}.
 *
 * @param scheme in lower case
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern PART = Pattern.compile("\\s*,?\\s*(?:(" + TOKEN
            + ")\\s*=\\s*(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^\\s,\"]+))|(" + TOKEN + ")(?=\\s|,|$))");
    private static final int LONGEST = 4096;

    /** All challenges of an answer's headers, as far as they can be read. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            Challenge open = null;
            Matcher part = PART.matcher(header.substring(0, Math.min(header.length(), LONGEST)));
            int end = 0;
            while (end < header.length() && part.find(end) && part.start() == end) {
                end = part.end();
                if (part.group(4) != null) {
                    open = new Challenge(part.group(4).toLowerCase(Locale.ROOT), new LinkedHashMap<>());
                    challenges.add(open);
                } else if (open != null) {
                    String value = part.group(2) == null
                            ? part.group(3)
                            : part.group(2).replaceAll("\\\\(.)", "$1");
                    open.parameters.put(part.group(1).toLowerCase(Locale.ROOT), value);
                }
            }
        }
        return challenges;
    }

    /** The one to answer: a token rather than a password. */
    static @Nullable Challenge choose(List<String> headers) {
        List<Challenge> all = parse(headers);
        for (String scheme : List.of("bearer", "basic")) {
            for (Challenge one : all) {
                if (one.scheme.equals(scheme)) {
                    return one;
                }
            }
        }
        return null;
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
