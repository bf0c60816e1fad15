package dev.lighter.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    private static final int FIELDS = 16;
    private static final int SENT = 8;

    /** The links of the network namespace of a process, without the loopback. Fails with ENOENT or EINVAL when the process has ended. */
    public static List<LinkCounters> of(int pid) throws ErrnoException {
        return parse(KernelFile.read(Path.of("/proc/" + pid + "/net/dev")));
    }

    /** The links in the text of {@code /proc/pid/net/dev}; its two lines of headings have no colon after a name. */
    static List<LinkCounters> parse(String text) {
        List<LinkCounters> links = new ArrayList<>();
        for (String line : text.split("\n")) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String name = line.substring(0, colon).strip();
            String[] fields = line.substring(colon + 1).strip().split(" +");
            if (fields.length >= FIELDS && !name.equals(LOOPBACK)) {
                links.add(new LinkCounters(
                        name,
                        Long.parseLong(fields[0]),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[2]),
                        Long.parseLong(fields[3]),
                        Long.parseLong(fields[SENT]),
                        Long.parseLong(fields[SENT + 1]),
                        Long.parseLong(fields[SENT + 2]),
                        Long.parseLong(fields[SENT + 3])));
            }
        }
        return links;
    }
}
