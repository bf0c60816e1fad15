package dev.lighter.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The generated files of {@code /etc} in a container: hosts(5) and resolv.conf(5). Safe for all threads. */
final class HostConfiguration {
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final long REFRESH_NANOS = 5_000_000_000L;

    private record Cached(byte[] content, long atNanos) {}

    private volatile Cached resolver = new Cached(new byte[0], System.nanoTime() - REFRESH_NANOS);

    /** The names that every machine knows, and the container's own. */
    byte[] hosts(String hostname, String domainname) {
        String own = domainname.isEmpty() ? hostname : hostname + "." + domainname + " " + hostname;
        return ("""
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::\tip6-localnet
                ff00::\tip6-mcastprefix
                ff02::1\tip6-allnodes
                ff02::2\tip6-allrouters
                127.0.1.1\t""" + own + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The host's resolvers, read again when some seconds old. */
    byte[] resolvConf() {
        Cached current = resolver;
        if (System.nanoTime() - current.atNanos > REFRESH_NANOS) {
            current = new Cached(read(), System.nanoTime());
            resolver = current;
        }
        return current.content;
    }

    private static byte[] read() {
        try {
            return Files.readAllBytes(RESOLV_CONF);
        } catch (IOException e) {
            // A host without resolvers has none to give.
            return new byte[0];
        }
    }
}
