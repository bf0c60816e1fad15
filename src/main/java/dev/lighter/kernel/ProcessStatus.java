package dev.lighter.kernel;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel tells of one process at one moment. Times are in ticks of a hundredth of a second, sizes in KiB.
 *
 * @param name the short name of its program
 * @param command its arguments, separated by spaces; empty for a thread of the kernel and for one that has ended
 * @param state one letter: R, S, D, T, t, Z, …
 * @param terminal the number of its controlling terminal, 0 for none
 * @param userTicks time in user mode
 * @param systemTicks time in kernel mode
 * @param startTicks when it started, since the machine did
 * @param status the lines of {@code /proc/pid/status}, by their names
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
public record ProcessStatus(
        int pid,
        int parent,
        int group,
        int session,
        String name,
        String command,
        char state,
        int terminal,
        int terminalGroup,
        long minorFaults,
        long majorFaults,
        long userTicks,
        long systemTicks,
        long priority,
        long nice,
        long threads,
        long startTicks,
        long virtualKib,
        long residentKib,
        int processor,
        long policy,
        Map<String, String> status) {
    /** How many ticks a second has; the same on all architectures that there is an engine for. */
    public static final long TICKS_PER_SECOND = 100;

    /** Reads it. Fails with ENOENT or ESRCH when there is no such process. */
    public static ProcessStatus read(int pid) throws ErrnoException {
        Path directory = Path.of("/proc", Integer.toString(pid));
        String status = KernelFile.read(directory.resolve("status"));
        return parse(KernelFile.read(directory.resolve("stat")), KernelFile.read(directory.resolve("cmdline")), status);
    }

    /** The process that these three files tell of. */
    static ProcessStatus parse(String stat, String cmdline, String statusText) {
        // The name is between parentheses and may hold any others itself.
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        String[] fields = stat.substring(close + 2).strip().split(" ");
        Map<String, String> status = new HashMap<>();
        for (String line : statusText.split("\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                status.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return new ProcessStatus(
                Integer.parseInt(stat.substring(0, open).strip()),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]),
                stat.substring(open + 1, close),
                String.join(" ", List.of(cmdline.split("\0"))).strip(),
                fields[0].charAt(0),
                Integer.parseInt(fields[4]),
                Integer.parseInt(fields[5]),
                Long.parseLong(fields[7]),
                Long.parseLong(fields[9]),
                Long.parseLong(fields[11]),
                Long.parseLong(fields[12]),
                Long.parseLong(fields[15]),
                Long.parseLong(fields[16]),
                Long.parseLong(fields[17]),
                Long.parseLong(fields[19]),
                Long.parseLong(fields[20]) / 1024,
                kib(status, "VmRSS"),
                Integer.parseInt(fields[36]),
                Long.parseLong(fields[38]),
                status);
    }

    private static long kib(Map<String, String> status, String name) {
        String text = status.getOrDefault(name, "0 kB");
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    /** Whether some of its memory is locked. */
    public boolean locksMemory() {
        return kib(status, "VmLck") > 0;
    }

    /** A user or group id: the first number is the real one, then effective, saved, of the filesystem. */
    public int id(String kind, int which) {
        return Integer.parseUnsignedInt(status.getOrDefault(kind, "0\t0\t0\t0").split("\\s+")[which]);
    }

    /** When it started. */
    public Instant started(Instant boot) {
        return boot.plusMillis(startTicks * 1000 / TICKS_PER_SECOND);
    }

    /** When the machine started, in whole seconds. */
    public static Instant boot() throws ErrnoException {
        for (String line : KernelFile.read(Path.of("/proc/stat")).split("\n")) {
            if (line.startsWith("btime ")) {
                return Instant.ofEpochSecond(Long.parseLong(line.substring(6).strip()));
            }
        }
        throw new ErrnoException("read", "/proc/stat", Errno.ENODEV);
    }
}
