package dev.lighter.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The resolvers that the host itself asks, from its {@code /etc/resolv.conf}, also those that listen on loopback only. The file is read
 * again when it has changed, which is looked at every few seconds; while it cannot be read what it said before counts. Safe for all
 * threads.
 */
public final class HostResolvers implements Supplier<List<InetSocketAddress>> {
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Path file;
    private final long lookNanos;
    private ResolverConfiguration configuration = new ResolverConfiguration(List.of(), List.of(), List.of());
    private List<InetSocketAddress> resolvers = List.of();
    private @Nullable Version version;
    private long lookedAt;

    /** What changes when a file is written or replaced. */
    private record Version(
            long modifiedNanos, long size, @Nullable Object file) {
        static Version of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size(), attributes.fileKey());
        }
    }

    /** Follows a file, which need not be there. */
    public HostResolvers(Path file) {
        this(file, LOOK_NANOS);
    }

    HostResolvers(Path file, long lookNanos) {
        this.file = file;
        this.lookNanos = lookNanos;
        look();
    }

    /** The resolvers, each with port 53, in the file's order; empty when it names none. */
    @Override
    public synchronized List<InetSocketAddress> get() {
        lookAgain();
        return resolvers;
    }

    /** All that the file says. */
    public synchronized ResolverConfiguration configuration() {
        lookAgain();
        return configuration;
    }

    private void lookAgain() {
        if (System.nanoTime() - lookedAt >= lookNanos) {
            look();
        }
    }

    private synchronized void look() {
        lookedAt = System.nanoTime();
        try {
            Version found = Version.of(file);
            if (!found.equals(version)) {
                configuration = ResolverConfiguration.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
                resolvers = configuration.nameservers().stream()
                        .map(address -> new InetSocketAddress(address, DnsServer.PORT))
                        .distinct()
                        .toList();
                version = found;
            }
        } catch (IOException e) {
            // It is being replaced, or never was.
            version = null;
        }
    }
}
