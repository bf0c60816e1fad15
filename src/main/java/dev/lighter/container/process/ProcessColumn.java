package dev.lighter.container.process;

import dev.lighter.kernel.ProcessStatus;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A column of ps(1): the words it is asked for by, its heading, and what it says of a process.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/ps.1.html">ps(1)</a>
 */
enum ProcessColumn {
    PID("PID", (process, more) -> Integer.toString(process.pid()), "pid", "tgid"),
    PPID("PPID", (process, more) -> Integer.toString(process.parent()), "ppid"),
    PGID("PGID", (process, more) -> Integer.toString(process.group()), "pgid", "pgrp"),
    SID("SID", (process, more) -> Integer.toString(process.session()), "sid", "sess", "session"),
    TPGID("TPGID", (process, more) -> Integer.toString(process.terminalGroup()), "tpgid"),
    USER("USER", (process, more) -> more.accounts().user(process.id("Uid", 1)), "user", "uname"),
    EUSER("EUSER", (process, more) -> more.accounts().user(process.id("Uid", 1)), "euser"),
    RUSER("RUSER", (process, more) -> more.accounts().user(process.id("Uid", 0)), "ruser"),
    USER_OF_FULL("UID", (process, more) -> more.accounts().user(process.id("Uid", 1))),
    UID("UID", (process, more) -> Integer.toUnsignedString(process.id("Uid", 1)), "uid", "euid"),
    RUID("RUID", (process, more) -> Integer.toUnsignedString(process.id("Uid", 0)), "ruid"),
    GROUP("GROUP", (process, more) -> more.accounts().group(process.id("Gid", 1)), "group", "egroup"),
    RGROUP("RGROUP", (process, more) -> more.accounts().group(process.id("Gid", 0)), "rgroup"),
    GID("GID", (process, more) -> Integer.toUnsignedString(process.id("Gid", 1)), "gid", "egid"),
    RGID("RGID", (process, more) -> Integer.toUnsignedString(process.id("Gid", 0)), "rgid"),
    COMM("COMMAND", (process, more) -> shortName(process), "comm", "ucomm"),
    UCMD("CMD", (process, more) -> shortName(process), "ucmd"),
    ARGS("COMMAND", (process, more) -> command(process), "args", "command"),
    CMD("CMD", (process, more) -> command(process), "cmd"),
    STAT("STAT", (process, more) -> stat(process), "stat"),
    STATE("S", (process, more) -> String.valueOf(process.state()), "s", "state"),
    TTY("TTY", (process, more) -> terminal(process.terminal()), "tname", "tty"),
    TT("TT", (process, more) -> terminal(process.terminal()), "tt"),
    TIME("TIME", (process, more) -> time(seconds(process)), "time", "cputime"),
    BSD_TIME("TIME", (process, more) -> minutes(seconds(process)), "bsdtime"),
    ETIME("ELAPSED", (process, more) -> elapsed(more.secondsSince(process.started(more.boot()))), "etime"),
    ETIMES("ELAPSED", (process, more) -> Long.toString(more.secondsSince(process.started(more.boot()))), "etimes"),
    STIME("STIME", ProcessColumn::startOfDay, "stime"),
    START_TIME("START", ProcessColumn::startOfDay, "start_time"),
    BSD_START("START", ProcessColumn::startWithinDay, "bsdstart"),
    LSTART("STARTED", (process, more) -> at("EEE MMM d HH:mm:ss yyyy", process, more), "lstart", "start"),
    C("C", (process, more) -> Long.toString(Math.min(99, perMille(process, more) / 10)), "c"),
    PCPU("%CPU", (process, more) -> tenths(perMille(process, more)), "pcpu", "%cpu"),
    PMEM(
            "%MEM",
            (process, more) -> tenths(Math.min(999, process.residentKib() * 1000 / Math.max(1, more.memoryKib()))),
            "pmem",
            "%mem"),
    VSZ("VSZ", (process, more) -> Long.toString(process.virtualKib()), "vsz", "vsize"),
    RSS("RSS", (process, more) -> Long.toString(process.residentKib()), "rss", "rssize", "rsz"),
    SZ("SZ", (process, more) -> Long.toString(process.virtualKib() / 4), "sz"),
    NI("NI", (process, more) -> Long.toString(process.nice()), "ni", "nice"),
    PRI("PRI", (process, more) -> Long.toString(39 - process.priority()), "pri"),
    CLS("CLS", (process, more) -> policy(process.policy()), "cls", "class", "policy"),
    PSR("PSR", (process, more) -> Integer.toString(process.processor()), "psr"),
    NLWP("NLWP", (process, more) -> Long.toString(process.threads()), "nlwp"),
    THCOUNT("THCNT", (process, more) -> Long.toString(process.threads()), "thcount"),
    MAJFLT("MAJFLT", (process, more) -> Long.toString(process.majorFaults()), "maj_flt", "majflt"),
    MINFLT("MINFLT", (process, more) -> Long.toString(process.minorFaults()), "min_flt", "minflt");

    private static final int DAY_SECONDS = 86_400;

    private final String heading;
    private final Value value;
    private final List<String> words;

    private interface Value {
        String of(ProcessStatus process, HostFacts more);
    }

    ProcessColumn(String heading, Value value, String... words) {
        this.heading = heading;
        this.value = value;
        this.words = List.of(words);
    }

    /** The column that is asked for by this word. */
    static Optional<ProcessColumn> named(String word) {
        for (ProcessColumn column : values()) {
            if (column.words.contains(word)) {
                return Optional.of(column);
            }
        }
        return Optional.empty();
    }

    List<String> words() {
        return words;
    }

    String heading() {
        return heading;
    }

    String of(ProcessStatus process, HostFacts more) {
        return value.of(process, more);
    }

    private static String shortName(ProcessStatus process) {
        return process.state() == 'Z' ? process.name() + " <defunct>" : process.name();
    }

    private static String command(ProcessStatus process) {
        if (process.state() == 'Z') {
            return "[" + process.name() + "] <defunct>";
        }
        return process.command().isEmpty() ? "[" + process.name() + "]" : process.command();
    }

    private static String stat(ProcessStatus process) {
        return process.state()
                + (process.nice() < 0 ? "<" : process.nice() > 0 ? "N" : "")
                + (process.locksMemory() ? "L" : "")
                + (process.session() == process.pid() ? "s" : "")
                + (process.threads() > 1 ? "l" : "")
                + (process.terminalGroup() == process.group() ? "+" : "");
    }

    private static String terminal(int number) {
        int major = number >>> 8 & 0xff;
        int minor = number & 0xff | number >>> 12 & ~0xff;
        if (major >= 136 && major <= 143) {
            return "pts/" + ((major - 136) * 256 + minor);
        }
        return switch (major) {
            case 0 -> "?";
            case 4 -> minor < 64 ? "tty" + minor : "ttyS" + (minor - 64);
            case 5 -> minor == 1 ? "console" : "tty";
            default -> major + ":" + minor;
        };
    }

    private static long seconds(ProcessStatus process) {
        return (process.userTicks() + process.systemTicks()) / ProcessStatus.TICKS_PER_SECOND;
    }

    private static String time(long seconds) {
        long days = seconds / DAY_SECONDS;
        String clock = String.format(
                Locale.ROOT, "%02d:%02d:%02d", seconds % DAY_SECONDS / 3600, seconds / 60 % 60, seconds % 60);
        return days > 0 ? days + "-" + clock : clock;
    }

    private static String minutes(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    private static String elapsed(long seconds) {
        return seconds >= 3600
                ? time(seconds)
                : String.format(Locale.ROOT, "%02d:%02d", seconds / 60, seconds % 60);
    }

    private static String startOfDay(ProcessStatus process, HostFacts more) {
        ZonedDateTime start = zoned(process, more);
        ZonedDateTime now = more.now().atZone(more.zone());
        String pattern = start.getYear() != now.getYear()
                ? "yyyy"
                : start.getDayOfYear() == now.getDayOfYear() ? "HH:mm" : "MMMdd";
        return at(pattern, process, more);
    }

    private static String startWithinDay(ProcessStatus process, HostFacts more) {
        return at(more.secondsSince(process.started(more.boot())) < DAY_SECONDS ? "HH:mm" : "MMMdd", process, more);
    }

    private static String at(String pattern, ProcessStatus process, HostFacts more) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(zoned(process, more));
    }

    private static ZonedDateTime zoned(ProcessStatus process, HostFacts more) {
        Instant start = process.started(more.boot());
        return start.atZone(more.zone());
    }

    /** Processor time of all of its life, in thousandths of that life. */
    private static long perMille(ProcessStatus process, HostFacts more) {
        return seconds(process) * 1000 / Math.max(1, more.secondsSince(process.started(more.boot())));
    }

    private static String tenths(long perMille) {
        return perMille / 10 + "." + perMille % 10;
    }

    private static String policy(long policy) {
        return switch ((int) policy) {
            case 0 -> "TS";
            case 1 -> "FF";
            case 2 -> "RR";
            case 3 -> "B";
            case 5 -> "IDL";
            case 6 -> "DLN";
            default -> "?";
        };
    }
}
