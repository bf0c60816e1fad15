package dev.lighter.network.link;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Names of links on the host that tell whose they are: {@code lt}, six hexadecimal digits of the engine, and up to seven more letters and
 * digits, which no other link of the engine has. Safe for all threads.
 */
public final class LinkNames {
    private static final Pattern TAG = Pattern.compile("[0-9a-f]{6}");
    private static final long COUNT = 78_364_164_096L;

    private final String prefix;
    private final AtomicLong next = new AtomicLong(new SecureRandom().nextLong(COUNT));

    /** Names with the digits of one engine. */
    public LinkNames(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw new IllegalArgumentException("not six hexadecimal digits: " + tag);
        }
        prefix = "lt" + tag;
    }

    /** A name that was not given before; links of an earlier run of the engine have other ones in all likelihood. */
    public String next() {
        String number = Long.toString(next.getAndIncrement() % COUNT, Character.MAX_RADIX);
        return prefix + number.toLowerCase(Locale.ROOT);
    }

    /** Whether a link is this engine's. */
    public boolean isOurs(String name) {
        return name.startsWith(prefix);
    }
}
