package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.util.List;
import java.util.Locale;

/** Signals by name or number, signal(7); numbers are the same on x86-64 and aarch64. */
public final class Signals {
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");
    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    private Signals() {}

    /** The number of a signal given as {@code SIGTERM}, {@code term}, {@code RTMIN+3} or {@code 15}. */
    static int number(String signal) {
        int number = find(signal);
        if (number < 0) {
            throw EngineException.invalid("invalid signal: " + signal);
        }
        return number;
    }

    /** Whether there is such a signal. */
    public static boolean isOne(String signal) {
        return find(signal) > 0;
    }

    private static int find(String signal) {
        String name = signal.strip().toUpperCase(Locale.ROOT);
        if (!name.isEmpty() && name.chars().allMatch(Character::isDigit) && name.length() < 4) {
            int number = Integer.parseInt(name);
            return number >= 1 && number <= RTMAX ? number : -1;
        }
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        int index = NAMES.indexOf(name);
        if (index >= 0) {
            return index + 1;
        }
        if (name.equals("POLL")) {
            return NAMES.indexOf("IO") + 1;
        }
        int offset = name.startsWith("RTMIN")
                ? realtime(name.substring(5), 1)
                : name.startsWith("RTMAX") ? realtime(name.substring(5), -1) : -1;
        if (offset < 0 || offset > RTMAX - RTMIN) {
            return -1;
        }
        return name.startsWith("RTMIN") ? RTMIN + offset : RTMAX - offset;
    }

    private static int realtime(String rest, int direction) {
        if (rest.isEmpty()) {
            return 0;
        }
        if (!rest.matches((direction > 0 ? "\\+" : "-") + "\\d{1,2}")) {
            return -1;
        }
        return Integer.parseInt(rest.substring(1));
    }
}
