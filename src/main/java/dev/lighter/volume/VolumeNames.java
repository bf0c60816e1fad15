package dev.lighter.volume;

import dev.lighter.error.EngineException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names and ids of volumes. */
public final class VolumeNames {
    private static final Pattern VALID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private VolumeNames() {}

    /** 64 random hexadecimal digits. */
    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The name, if it follows the rules. Fails with INVALID, in Docker's words. */
    public static String checked(String name) {
        if (!VALID.matcher(name).matches()) {
            throw EngineException.invalid("create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are"
                    + " allowed. If you intended to pass a host directory, use absolute path");
        }
        return name;
    }
}
