package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Time for real-time processes in version 1, which a group has only where the groups above have it: the parent group gets as much as its
 * groups need together.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-rt-group.html">Real-time group scheduling</a>
 */
record RealtimeTime(ControlFiles files) {
    private static final String RUNTIME = "cpu.rt_runtime_us";
    private static final String PERIOD = "cpu.rt_period_us";
    private static final long USUAL_PERIOD_MICROS = 1_000_000;

    /** Gives a group so much time in each period; 0 for the usual period. */
    void give(Path group, long runtimeMicros, long periodMicros) throws IOException {
        if (!files.exists(group.resolve(RUNTIME))) {
            throw new UnsupportedLimitException(
                    "this machine's kernel has no " + RUNTIME + " in its control groups: do without real-time limits");
        }
        synchronized (RealtimeTime.class) {
            long period = periodMicros > 0 ? periodMicros : USUAL_PERIOD_MICROS;
            files.write(group.resolve(RUNTIME), "0");
            files.write(group.resolve(PERIOD), Long.toString(period));
            if (runtimeMicros <= 0) {
                return;
            }
            try {
                files.write(group.resolve(RUNTIME), Long.toString(runtimeMicros));
            } catch (ErrnoException e) {
                if (!e.is(Errno.EINVAL)) {
                    throw e;
                }
                raiseParent(group, runtimeMicros, period);
            }
        }
    }

    private void raiseParent(Path group, long runtimeMicros, long periodMicros) throws IOException {
        Path parent = group.getParent();
        long unit = files.readNumber(parent.resolve(PERIOD));
        long needed = share(runtimeMicros, periodMicros, unit);
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, Files::isDirectory)) {
            for (Path child : groups) {
                if (!child.equals(group)) {
                    needed += share(
                            files.readNumber(child.resolve(RUNTIME)), files.readNumber(child.resolve(PERIOD)), unit);
                }
            }
        }
        try {
            files.write(parent.resolve(RUNTIME), Long.toString(needed));
            files.write(group.resolve(RUNTIME), Long.toString(runtimeMicros));
        } catch (ErrnoException e) {
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            throw new UnsupportedLimitException("the control groups above " + parent
                    + " have not that much time for real-time processes: ask for less, or give them more in "
                    + RUNTIME);
        }
    }

    private static long share(long runtimeMicros, long periodMicros, long unit) {
        long period = Math.max(1, periodMicros);
        return (Math.max(0, runtimeMicros) * unit + period - 1) / period;
    }
}
