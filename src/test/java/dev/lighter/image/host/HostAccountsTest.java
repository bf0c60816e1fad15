package dev.lighter.image.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom an image's account files know. */
class HostAccountsTest {
    @TempDir
    Path etc;

    @BeforeEach
    void fill() throws IOException {
        Files.writeString(etc.resolve("passwd"), """
                root:x:0:0:root:/root:/bin/bash
                db:$6$hash:26:27:Database:/var/lib/db:/bin/sh
                web:x:33:33:Web:/var/www:/usr/sbin/nologin
                alice:x:1000:1000::/home/alice:/bin/sh
                """);
        Files.writeString(etc.resolve("group"), """
                root:x:0:
                db:x:27:
                certs:x:103:db,alice
                web:!secret:33:
                alice:x:1000:
                """);
    }

    @Test
    void thoseWhoOwnFilesAreKnownWithTheirGroupsAndWithoutPasswords() throws IOException {
        HostAccounts accounts = new HostAccounts(etc);
        accounts.want(26, 33);

        assertThat(accounts.passwd())
                .isEqualTo("root:x:0:0:root:/root:/bin/bash\ndb:x:26:27:Database:/var/lib/db:/bin/sh\n");
        assertThat(accounts.group()).isEqualTo("root:x:0:\ndb:x:27:\nweb:x:33:\ncerts:x:103:db\n");
        assertThat(accounts.names()).containsExactly("root", "db");
    }

    @Test
    void whoeverIsToRunIsKnown() throws IOException {
        HostAccounts accounts = new HostAccounts(etc);
        accounts.want("web:certs");
        accounts.want("4711");

        assertThat(accounts.names()).containsExactly("root", "web");
        assertThat(accounts.group()).contains("certs:x:103:\n").doesNotContain("alice");
    }

    @Test
    void aUserWhomTheHostDoesNotKnowIsRefused() throws IOException {
        HostAccounts accounts = new HostAccounts(etc);
        assertThatThrownBy(() -> accounts.want("nobody-here"))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("user: this host has no user \"nobody-here\"");
        assertThatThrownBy(() -> accounts.want("web:none")).hasMessageContaining("no group \"none\"");
    }
}
