package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostResolversTest {
    @TempDir
    private Path directory;

    @Test
    void aChangedFileIsReadAgainAndAMissingOneChangesNothing() throws IOException {
        Path file = directory.resolve("resolv.conf");
        HostResolvers resolvers = new HostResolvers(file, 0);
        assertThat(resolvers.get()).isEmpty();

        Files.writeString(file, "nameserver 127.0.0.53\nnameserver 127.0.0.53\nsearch a.example\n");
        assertThat(resolvers.get()).containsExactly(new InetSocketAddress("127.0.0.53", 53));
        assertThat(resolvers.configuration().search()).containsExactly("a.example");

        Files.writeString(file, "nameserver 127.0.0.54\nnameserver ::1\n");
        assertThat(resolvers.get())
                .containsExactly(new InetSocketAddress("127.0.0.54", 53), new InetSocketAddress("::1", 53));

        Files.delete(file);
        assertThat(resolvers.get()).hasSize(2);
    }

    @Test
    void theFileIsNotLookedAtForEveryQuestion() throws IOException {
        Path file = directory.resolve("resolv.conf");
        Files.writeString(file, "nameserver 127.0.0.53\n");
        HostResolvers resolvers = new HostResolvers(file, TimeUnit.HOURS.toNanos(1));

        Files.writeString(file, "nameserver 127.0.0.54\nnameserver ::1\n");

        assertThat(resolvers.get()).containsExactly(new InetSocketAddress("127.0.0.53", 53));
    }
}
