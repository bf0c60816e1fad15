package dev.lighter.build.dockerfile;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time such as {@code 1m30s}, the form that Dockerfiles use. */
public final class GoDuration {
    private static final Pattern PART =
            Pattern.compile("\\G(\\d{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    /** Nanoseconds. Fails with {@link IllegalArgumentException} where the text is no such length of time. */
    public static long parse(String text) {
        boolean negative = text.startsWith("-");
        String plain = negative || text.startsWith("+") ? text.substring(1) : text;
        if (plain.equals("0")) {
            return 0;
        }
        Matcher part = PART.matcher(plain);
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (part.find()) {
            String number = part.group(1);
            BigDecimal value = new BigDecimal(number.endsWith(".") ? number + "0" : number);
            sum = sum.add(value.multiply(BigDecimal.valueOf(UNITS.getOrDefault(part.group(2), 1L))));
            end = part.end();
        }
        if (plain.isEmpty() || end != plain.length() || sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("time: invalid duration \"" + text + "\"");
        }
        return negative ? -sum.longValue() : sum.longValue();
    }
}
