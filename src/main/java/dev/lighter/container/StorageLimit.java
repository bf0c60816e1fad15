package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how large a container's own files may become, from Docker's {@code --storage-opt}. */
final class StorageLimit {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})(\\.[0-9]{1,3})? ?([kmgtp]?)(i?b)?");
    private static final String UNITS = "kmgtp";

    private StorageLimit() {}

    /** In bytes; 0 for no limit. */
    static long bytes(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!name.equals("size")) {
                throw EngineException.invalid("HostConfig.StorageOpt: unknown option \"" + name + "\": size is there");
            }
        }
        String size = options.get("size");
        if (size == null) {
            return 0;
        }
        Matcher read = SIZE.matcher(size.toLowerCase(Locale.ROOT));
        if (!read.matches()) {
            throw EngineException.invalid(
                    "HostConfig.StorageOpt: invalid size: '" + size + "': use a number with k, m, g or t");
        }
        int power = UNITS.indexOf(read.group(3)) + 1;
        String fraction = read.group(2) == null ? "" : read.group(2);
        double bytes = Double.parseDouble(read.group(1) + fraction)
                * Math.pow(1024, read.group(3).isEmpty() ? 0 : power);
        if (bytes < LimitedLayer.LEAST_BYTES || bytes > 1L << 50) {
            throw EngineException.invalid("HostConfig.StorageOpt: size is at least " + (LimitedLayer.LEAST_BYTES >> 20)
                    + "m and at most 1024t: " + size);
        }
        return (long) bytes;
    }
}
