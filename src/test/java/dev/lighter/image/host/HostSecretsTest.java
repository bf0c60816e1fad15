package dev.lighter.image.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a host never gets into an image. */
class HostSecretsTest {
    @TempDir
    Path files;

    private final HostSecrets secrets = new HostSecrets(Path.of("/var/lib/engine"));

    @ParameterizedTest
    @CsvSource({
        "/etc/shadow, hashes",
        "/etc/gshadow-, hashes",
        "/etc/sudoers.d/ops, root",
        "/etc/ssl/private/site.key, private key",
        "/etc/ssh/ssh_host_ed25519_key, private key",
        "/root/.ssh/id_ed25519, credentials",
        "/home/a/.aws/credentials, credentials",
        "/root/.pgpass, credentials",
        "/root/.bash_history, credentials",
        "/srv/http.keytab, private key",
        "/etc/machine-id, identity",
        "/proc/1/environ, kernel",
        "/run/secret, kernel",
        "/var/lib/engine/layers/a, engine's own"
    })
    void secretsStay(Path path, String reason) throws IOException {
        assertThat(secrets.reason(path)).contains(reason);
    }

    @Test
    void privateKeysAreKnownByWhatIsInThem() throws IOException {
        Path key = Files.writeString(
                files.resolve("server.pem"),
                "comment\n-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        Path certificate = Files.writeString(files.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        Path manual = Files.writeString(files.resolve("README"), "Put your PRIVATE KEY there\n");

        assertThat(secrets.reason(key)).isEqualTo("it is a private key");
        assertThat(secrets.reason(certificate)).isNull();
        assertThat(secrets.reason(manual)).isNull();
    }

    @Test
    void publicKeysAndTheDirectoriesOfTheKernelAreNoSecrets() throws IOException {
        Path key = Files.writeString(files.resolve("ssh_host_ed25519_key.pub"), "ssh-ed25519 AAAA\n");
        assertThat(secrets.reason(key)).isNull();
        assertThat(secrets.reason(Path.of("/proc"))).isNull();
        assertThat(secrets.isClosed(Path.of("/proc"))).isTrue();
        assertThat(secrets.isClosed(Path.of("/etc"))).isFalse();
    }
}
