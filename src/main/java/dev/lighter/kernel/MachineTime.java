package dev.lighter.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much time the machine's processors have had since it started, busy and idle, of all of them together, in nanoseconds.
 *
 * @param processors how many are online
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_stat.5.html">proc_stat(5)</a>
 */
public record MachineTime(long nanos, int processors) {
    private static final long NANOS_PER_TICK = 10_000_000;
    /** User, nice, system, idle, iowait, irq, softirq and steal; a guest's time is in the user's already. */
    private static final int PARTS = 8;

    /** As it is now. */
    public static MachineTime read() throws IOException {
        long ticks = 0;
        int processors = 0;
        try (BufferedReader lines = Files.newBufferedReader(Path.of("/proc/stat"))) {
            for (String line = lines.readLine(); line != null && line.startsWith("cpu"); line = lines.readLine()) {
                String[] words = line.split(" +");
                if (!words[0].equals("cpu")) {
                    processors++;
                    continue;
                }
                for (int i = 1; i < words.length && i <= PARTS; i++) {
                    ticks += Long.parseLong(words[i]);
                }
            }
        }
        return new MachineTime(ticks * NANOS_PER_TICK, processors);
    }
}
