package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.seccomp.SeccompProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code HostConfig.SecurityOpt} says, as Docker's users write it; of options that are given twice the last counts.
 *
 * @param filter whether there is a filter of system calls; null where nothing is said of it
 * @param profile the filter, or null for the default one
 * @param systemPaths whether the kernel's files are masked and read-only as usual
 * @param writableControlGroups whether its own control group can be changed from inside
 */
record SecurityOptions(
        @Nullable Boolean filter,
        @Nullable SeccompProfile profile,
        boolean noNewPrivileges,
        boolean systemPaths,
        boolean writableControlGroups) {
    private static final String FIELD = "HostConfig.SecurityOpt: ";
    private static final Path OWN_PROFILE = Path.of("/proc/self/attr/current");
    private static final Path APPARMOR = Path.of("/sys/module/apparmor/parameters/enabled");

    /** Fails as {@link #parse} does. */
    static void check(List<String> options) {
        var ignored = parse(options);
    }

    /** Reads them; fails naming the first that cannot be had here. */
    static SecurityOptions parse(List<String> options) {
        Boolean filter = null;
        SeccompProfile profile = null;
        boolean noNewPrivileges = false;
        boolean systemPaths = true;
        boolean writableControlGroups = false;
        for (String option : options) {
            int split = separator(option);
            String key = split < 0 ? option : option.substring(0, split);
            String value = split < 0 ? null : option.substring(split + 1);
            if (value == null && !key.equals("no-new-privileges")) {
                throw EngineException.invalid("invalid --security-opt 1: \"" + option + "\": write it as name=value");
            }
            switch (key) {
                case "no-new-privileges" -> noNewPrivileges = value == null || truth(option, value);
                case "seccomp" -> {
                    filter = !"unconfined".equals(value);
                    profile = isBuiltIn(value) ? null : SeccompProfileReader.read(String.valueOf(value));
                }
                case "apparmor" -> requireUnconfined(option, value);
                case "label" -> {
                    if (!"disable".equals(value)) {
                        throw EngineException.invalid(FIELD + "\"" + option
                                + "\": this engine gives no SELinux labels; leave it out or use label=disable");
                    }
                }
                case "systempaths" -> {
                    if (!"unconfined".equals(value)) {
                        throw unknown(option, "systempaths=unconfined is what there is");
                    }
                    systemPaths = false;
                }
                case "writable-cgroups" -> writableControlGroups = truth(option, String.valueOf(value));
                default ->
                    throw unknown(
                            option,
                            "use no-new-privileges, seccomp, apparmor=unconfined, label=disable,"
                                    + " systempaths=unconfined or writable-cgroups");
            }
        }
        return new SecurityOptions(filter, profile, noNewPrivileges, systemPaths, writableControlGroups);
    }

    /** The equals sign, or the colon of old; a profile contains both. */
    private static int separator(String option) {
        int equals = option.indexOf('=');
        int colon = option.indexOf(':');
        return equals < 0 || colon >= 0 && colon < equals ? colon : equals;
    }

    private static boolean isBuiltIn(@Nullable String value) {
        return "unconfined".equals(value) || "builtin".equals(value) || "default".equals(value);
    }

    private static void requireUnconfined(String option, @Nullable String value) {
        if (!"unconfined".equals(value)) {
            throw EngineException.invalid(FIELD + "\"" + option + "\": AppArmor is not supported by this engine, but a"
                    + " profile was specified; leave it out or use apparmor=unconfined");
        }
        if (isConfinedItself()) {
            throw EngineException.invalid(FIELD + "\"" + option
                    + "\": the engine itself is confined by AppArmor, and so are its containers; leave it out");
        }
    }

    private static boolean isConfinedItself() {
        try {
            if (!Files.exists(APPARMOR)) {
                return false;
            }
            String own = Files.readString(OWN_PROFILE).strip();
            return !own.isEmpty() && !own.startsWith("unconfined");
        } catch (IOException e) {
            // A kernel that does not say has nothing in force.
            return false;
        }
    }

    private static boolean truth(String option, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> throw unknown(option, "the value must be true or false");
        };
    }

    private static EngineException unknown(String option, String help) {
        return EngineException.invalid("invalid --security-opt 2: \"" + option + "\": " + help);
    }
}
