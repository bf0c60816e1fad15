package dev.lighter.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * What went through one link of a network namespace, seen from inside.
 *
 * @param name its name inside, such as {@code eth0}
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_net.5.html">proc_pid_net(5)</a>
 */
public record LinkCounters(
        String name,
        long receivedBytes,
        long receivedPackets,
        long receiveErrors,
        long receiveDropped,
        long sentBytes,
        long sentPackets,
        long sendErrors,
        long sendDropped) {
    private static final String LOOPBACK = "lo";
    private static final int SENT = 8;
    private static final int COUNTS = SENT + 4;

    /** The links of the network namespace of a process, without the loopback. Fails with ENOENT or EINVAL when the process has ended. */
    public static List<LinkCounters> of(int pid) throws ErrnoException {
        return parse(KernelFile.read(Path.of("/proc/" + pid + "/net/dev")));
    }

    /** The links in the text of {@code /proc/pid/net/dev}; its two lines of headings have no colon after a name. */
    static List<LinkCounters> parse(String text) {
        List<LinkCounters> links = new ArrayList<>(1);
        for (String line : text.split("\n")) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? LOOPBACK : line.substring(0, colon).strip();
            if (!name.equals(LOOPBACK)) {
                links.add(parse(name, new StringTokenizer(line.substring(colon + 1), " ")));
            }
        }
        return links;
    }

    private static LinkCounters parse(String name, StringTokenizer words) {
        long[] counts = new long[COUNTS];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Long.parseLong(words.nextToken());
        }
        return new LinkCounters(
                name,
                counts[0],
                counts[1],
                counts[2],
                counts[3],
                counts[SENT],
                counts[SENT + 1],
                counts[SENT + 2],
                counts[SENT + 3]);
    }
}
