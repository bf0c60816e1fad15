package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.launch.UserLookup.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserLookupTest {
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            # a comment

            broken
            odd:x:abc:0::/odd:/bin/sh
            daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
            app:x:1000:100:App,,,:/home/app:/bin/sh
            homeless:x:1001:100:::/bin/sh
            app2:x:1000:200::/home/app2:/bin/sh
            nobody32:x:4294967294:1::/:/bin/sh
            """;
    private static final String GROUP = """
            root:x:0:
            wheel:x:10:root,app
            users:x:100:
            video:x:44:app
            wheel:x:11:
            """;

    @TempDir
    Path directory;

    private final UserLookup lookup = new UserLookup();
    private Path base = Path.of("");

    @BeforeEach
    void image() throws IOException {
        base = layer("base", PASSWD, GROUP);
    }

    private Path layer(String name, String passwd, String group) throws IOException {
        Path layer = directory.resolve(name);
        Files.createDirectories(layer.resolve("etc"));
        Files.writeString(layer.resolve("etc/passwd"), passwd);
        Files.writeString(layer.resolve("etc/group"), group);
        return layer;
    }

    private Account find(String user, String... supplementary) throws LaunchException {
        return lookup.find(List.of(base), null, user, List.of(supplementary));
    }

    private void refused(String user, String message) {
        assertThatThrownBy(() -> find(user))
                .isInstanceOfSatisfying(
                        LaunchException.class, e -> assertThat(e.exitCode()).isEqualTo(128))
                .hasMessage(message);
    }

    @Test
    void everyFormOfAUserIsUnderstoodAsByDocker() throws Exception {
        assertThat(find("")).isEqualTo(new Account(0, 0, List.of(0, 10), "/root"));
        assertThat(find("root")).isEqualTo(new Account(0, 0, List.of(0, 10), "/root"));
        assertThat(find("0")).isEqualTo(new Account(0, 0, List.of(0, 10), "/root"));
        assertThat(find("app")).isEqualTo(new Account(1000, 100, List.of(100, 10, 44), "/home/app"));
        assertThat(find("1000")).isEqualTo(new Account(1000, 100, List.of(100, 10, 44), "/home/app"));
        assertThat(find("app:")).isEqualTo(find("app"));
        assertThat(find("app:wheel")).isEqualTo(new Account(1000, 10, List.of(10), "/home/app"));
        assertThat(find("app:7")).isEqualTo(new Account(1000, 7, List.of(7), "/home/app"));
        assertThat(find("5000")).isEqualTo(new Account(5000, 0, List.of(0), "/"));
        assertThat(find("5000:6000")).isEqualTo(new Account(5000, 6000, List.of(6000), "/"));
        assertThat(find("5000:video")).isEqualTo(new Account(5000, 44, List.of(44), "/"));
        assertThat(find(":video")).isEqualTo(new Account(0, 44, List.of(44), "/root"));
        assertThat(find("homeless").home()).isEqualTo("/");
    }

    @Test
    void furtherGroupsComeByNameOrNumberOnce() throws Exception {
        assertThat(find("app", "video", "77", "users", "77").groups()).containsExactly(100, 10, 44, 77);
    }

    @Test
    void whatIsNotThereIsRefusedInDockersWords() {
        refused("nosuch", "unable to find user nosuch: no matching entries in passwd file");
        refused("nosuch:wheel", "unable to find user nosuch: no matching entries in passwd file");
        refused("odd", "unable to find user odd: no matching entries in passwd file");
        refused("app:nosuch", "unable to find group nosuch: no matching entries in group file");
        refused("99999999999999999999", "unable to find user 99999999999999999999: no matching entries in passwd file");
        refused("-1", "uids and gids must be in range 0-2147483647");
        refused("2147483648", "uids and gids must be in range 0-2147483647");
        refused("0:2147483648", "uids and gids must be in range 0-2147483647");
        refused("nobody32", "uids and gids must be in range 0-2147483647");
        assertThatThrownBy(() -> find("app", "nosuch"))
                .hasMessage("Unable to find group nosuch: no matching entries in group file");
    }

    @Test
    void theUppermostFileCounts() throws Exception {
        Path above = layer("above", "other:x:5:5::/other:/bin/sh\n", "");
        Path upper = Files.createDirectory(directory.resolve("upper"));

        assertThat(lookup.find(List.of(base, above), upper, "other", List.of()).uid())
                .isEqualTo(5);
        assertThatThrownBy(() -> lookup.find(List.of(base, above), upper, "app", List.of()))
                .hasMessageContaining("unable to find user app");
        assertThat(lookup.find(List.of(above, base), upper, "app", List.of()).uid())
                .isEqualTo(1000);
    }

    @Test
    void whatTheContainerChangedCountsThoughTheLayersAreRemembered() throws Exception {
        Path upper = Files.createDirectory(directory.resolve("upper"));
        assertThat(lookup.find(List.of(base), upper, "app", List.of()).uid()).isEqualTo(1000);

        Files.createDirectory(upper.resolve("etc"));
        assertThat(lookup.find(List.of(base), upper, "app", List.of()).uid()).isEqualTo(1000);
        Files.writeString(upper.resolve("etc/passwd"), "app:x:7:7::/seven:/bin/sh\n");
        assertThat(lookup.find(List.of(base), upper, "app", List.of()))
                .isEqualTo(new Account(7, 7, List.of(7, 10, 44), "/seven"));
    }

    @Test
    void linksAreFollowedInsideAndNeverOut() throws Exception {
        Path outside = layer("outside", "app:x:666:666::/evil:/bin/sh\n", "");
        Path inside = Files.createDirectories(directory.resolve("linked/run/state"));
        Path linked = directory.resolve("linked");
        Files.writeString(inside.resolve("users"), "app:x:8:8::/eight:/bin/sh\n");
        Files.createDirectory(linked.resolve("etc"));
        Path passwd = linked.resolve("etc/passwd");

        for (String target : List.of("/run/state/users", "../run/state/users", "../../../../run/./state//users")) {
            Files.createSymbolicLink(passwd, Path.of(target));
            assertThat(new UserLookup()
                            .find(List.of(linked), null, "app", List.of())
                            .uid())
                    .as(target)
                    .isEqualTo(8);
            Files.delete(passwd);
        }
        for (String target : List.of(
                outside + "/etc/passwd", "../../outside/etc/passwd", "passwd", "/etc", "users", "/run/state/users/x")) {
            Files.createSymbolicLink(passwd, Path.of(target));
            assertThatThrownBy(() -> new UserLookup().find(List.of(linked), null, "app", List.of()))
                    .as(target)
                    .hasMessage("unable to find user app: no matching entries in passwd file");
            Files.delete(passwd);
        }
    }

    @Test
    void aLinkedDirectoryLeadsThroughAllLayers() throws Exception {
        Path top = Files.createDirectory(directory.resolve("top"));
        Files.createSymbolicLink(top.resolve("etc"), Path.of("usr/settings"));
        Path middle = Files.createDirectories(directory.resolve("middle/usr/settings"));
        Files.writeString(middle.resolve("passwd"), "app:x:9:9::/nine:/bin/sh\n");

        assertThat(lookup.find(List.of(base, directory.resolve("middle"), top), null, "app", List.of())
                        .uid())
                .isEqualTo(9);
    }

    @Test
    void anImageWithoutFilesKnowsNumbersOnly() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));

        assertThat(lookup.find(List.of(empty), null, "12:34", List.of("56")))
                .isEqualTo(new Account(12, 34, List.of(34, 56), "/"));
        assertThat(lookup.find(List.of(empty), null, "", List.of())).isEqualTo(new Account(0, 0, List.of(0), "/"));
        assertThatThrownBy(() -> lookup.find(List.of(empty), null, "root", List.of()))
                .hasMessage("unable to find user root: no matching entries in passwd file");
    }

    @Test
    void aHugeFileIsRefused() throws Exception {
        Path huge = layer("huge", "x".repeat((1 << 20) + 1), "");

        assertThatThrownBy(() -> lookup.find(List.of(huge), null, "root", List.of()))
                .hasMessage("unable to find user root: the image's /etc/passwd is larger than 1048576 bytes");
    }
}
