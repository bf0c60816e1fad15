package dev.lighter.container.log;

import dev.lighter.error.EngineException;
import dev.lighter.launch.LogPolicy;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a container's log driver and its options ask for. The drivers {@code json-file} and {@code local} are one and the same log, which
 * differ in what Docker lets them be asked and in their defaults; {@code none} keeps nothing.
 *
 * @param driver as it was asked for, never empty
 * @param options as they were given
 */
public record LogOptions(String driver, Map<String, String> options) {
    /** The driver of containers that name none. */
    public static final String USUAL_DRIVER = "json-file";

    private static final String NONE = "none";
    private static final String LOCAL = "local";
    private static final String NON_BLOCKING = "non-blocking";
    private static final Set<String> OF_ALL = Set.of("mode", "max-buffer-size");
    private static final Set<String> OF_LOCAL = Set.of("max-size", "max-file", "compress");
    private static final Set<String> OF_JSON_FILE =
            Set.of("max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?) ?([kKmMgGtTpP]?)[iI]?[bB]?");
    private static final long LEAST_UNATTENDED = 16L << 20;
    private static final long NOT_KEPT_SEGMENT = 4L << 20;

    /** Fails, in Docker's words, when the driver or one of its options is not known or cannot be. */
    public void check() {
        switch (driver) {
            case USUAL_DRIVER, LOCAL -> {}
            case NONE -> {
                if (!options.isEmpty()) {
                    throw EngineException.invalid("invalid logging opts for driver none: it has none");
                }
                return;
            }
            default ->
                throw EngineException.invalid("logger: no log driver named '" + driver
                        + "' is registered; use json-file, local or none");
        }
        for (String option : options.keySet()) {
            if (!OF_ALL.contains(option) && !(driver.equals(LOCAL) ? OF_LOCAL : OF_JSON_FILE).contains(option)) {
                throw EngineException.invalid("unknown log opt '" + option + "' for "
                        + (driver.equals(LOCAL) ? "log driver local" : driver + " log driver"));
            }
        }
        checkMode();
        Long size = maxSize();
        Integer files = maxFile();
        boolean alone = files == null ? size != null && driver.equals(USUAL_DRIVER) : files == 1;
        if (Boolean.TRUE.equals(compress()) && (alone || size != null && size < 0)) {
            throw EngineException.invalid("compress cannot be true when max-file is less than 2 or max-size is not set");
        }
        LogAttributes.check(options);
    }

    private void checkMode() {
        String mode = options.getOrDefault("mode", "");
        if (!mode.isEmpty() && !mode.equals("blocking") && !mode.equals(NON_BLOCKING)) {
            throw EngineException.invalid("logger: logging mode not supported: " + mode);
        }
        String buffer = options.get("max-buffer-size");
        if (buffer != null) {
            if (!mode.equals(NON_BLOCKING)) {
                throw EngineException.invalid(
                        "logger: max-buffer-size option is only supported with 'mode=non-blocking'");
            }
            bytes("max-buffer-size", buffer, 1024);
        }
    }

    /** Whether the log can be read. */
    public boolean isReadable() {
        return !driver.equals(NONE);
    }

    /**
     * What is kept.
     *
     * @param unattendedBytes how large a stream may grow at most while no engine is there, as the administrator decided; 0 for no limit
     */
    public LogPolicy policy(LogSettings settings, long unattendedBytes) {
        if (driver.equals(NONE)) {
            return new LogPolicy(NOT_KEPT_SEGMENT, 1, false, false, unattendedBytes);
        }
        Long asked = maxSize();
        long size = asked == null ? settings.maxSize().toBytes() : Math.max(0, asked);
        Integer files = maxFile();
        int count = files != null ? files : asked != null && driver.equals(USUAL_DRIVER) ? 1 : settings.maxFile();
        Boolean compress = compress();
        boolean compressed = compress != null ? compress : count > 1 && settings.compress();
        long unattended = unattendedBytes;
        if (size > 0) {
            long all = Math.max(LEAST_UNATTENDED, size > Long.MAX_VALUE / count ? Long.MAX_VALUE : size * count);
            unattended = unattendedBytes > 0 ? Math.min(all, unattendedBytes) : all;
        }
        return new LogPolicy(size, count, compressed, true, unattended);
    }

    /** Bytes; -1 for no limit, null when it is not given. */
    private @Nullable Long maxSize() {
        String text = options.get("max-size");
        if (text == null) {
            return null;
        }
        if (text.equals("-1") && driver.equals(USUAL_DRIVER)) {
            return -1L;
        }
        long bytes = text.startsWith("-") ? 0 : bytes("max-size", text, driver.equals(LOCAL) ? 1024 : 1000);
        if (bytes <= 0) {
            throw EngineException.invalid("max-size must be a positive number");
        }
        return bytes;
    }

    private @Nullable Integer maxFile() {
        String text = options.get("max-file");
        if (text == null) {
            return null;
        }
        try {
            int count = Integer.parseInt(text);
            if (count < 1) {
                throw EngineException.invalid("max-file cannot be less than 1");
            }
            return count;
        } catch (NumberFormatException e) {
            throw EngineException.invalid("max-file: \"" + text + "\" is not a number of files");
        }
    }

    private @Nullable Boolean compress() {
        String text = options.get("compress");
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw EngineException.invalid("compress: \"" + text + "\" is neither true nor false");
        };
    }

    private static long bytes(String option, String text, int thousand) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw EngineException.invalid(option + ": invalid size: '" + text + "': use a number of bytes, or one with k, m or g");
        }
        String unit = size.group(2).toLowerCase(Locale.ROOT);
        double bytes = Double.parseDouble(size.group(1));
        for (int i = unit.isEmpty() ? -1 : "kmgtp".indexOf(unit); i >= 0; i--) {
            bytes *= thousand;
        }
        return (long) bytes;
    }
}
