package dev.lighter.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first two numbers of a kernel's release, such as 6.1, in their natural order.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/uname.2.html">uname(2)</a>
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    /** Reads the start of a release such as {@code 6.1.0-18-amd64}. */
    public static KernelVersion parse(String release) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a kernel's release: " + release);
        }
        return new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** The version of the running kernel. */
    public static KernelVersion host() {
        return Host.VERSION;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }

    private static final class Host {
        private static final KernelVersion VERSION = read(Path.of("/proc/sys/kernel/osrelease"));

        private static KernelVersion read(Path file) {
            try {
                return parse(Files.readString(file).strip());
            } catch (IOException e) {
                throw new IllegalStateException(file + " cannot be read: /proc must be mounted", e);
            }
        }
    }
}
