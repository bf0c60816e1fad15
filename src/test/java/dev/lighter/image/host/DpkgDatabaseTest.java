package dev.lighter.image.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dpkg's files say of packages. */
class DpkgDatabaseTest {
    private static final String HOST = Arch.host().ociName();

    @TempDir
    Path directory;

    @BeforeEach
    void fill() throws IOException {
        Files.writeString(directory.resolve("status"), """
                Package: server
                Status: install ok installed
                Architecture: HOST
                Version: 2:1.0-1
                Pre-Depends: init (>= 1.5~)
                Depends: missing | tool:any (>= 2),
                 mta
                Description: a server
                 with: a colon, in its description

                Package: init
                Status: hold ok installed
                Architecture: all
                Version: 7

                Package: tool
                Status: install ok installed
                Architecture: sparc
                Version: 3
                Multi-Arch: same

                Package: tool
                Status: install ok installed
                Architecture: HOST
                Version: 2
                Depends: server
                Multi-Arch: same

                Package: postman
                Status: install ok installed
                Architecture: HOST
                Version: 1
                Provides: mta, mail (= 1)

                Package: shell
                Essential: yes
                Status: install ok installed
                Architecture: HOST
                Version: 5

                Package: gone
                Status: deinstall ok config-files
                Architecture: HOST
                Version: 1
                """.replace("HOST", HOST));
        Files.createDirectory(directory.resolve("info"));
    }

    private List<String> names(boolean dependencies, String... packages) throws IOException {
        return new DpkgDatabase(directory)
                .packages(List.of(packages), dependencies).stream()
                        .map(one -> one.name() + " " + one.version())
                        .toList();
    }

    @Test
    void aPackageComesAlone() throws IOException {
        assertThat(names(false, "server")).containsExactly("server 2:1.0-1");
    }

    @Test
    void aPackageComesWithWhatItNeedsAndWithWhatEveryPackageNeeds() throws IOException {
        assertThat(names(true, "server"))
                .containsExactlyInAnyOrder("server 2:1.0-1", "init 7", "tool 2", "postman 1", "shell 5");
    }

    @Test
    void nothingNeedsNothing() throws IOException {
        assertThat(names(true)).isEmpty();
    }

    @Test
    void thePackageOfThisArchitectureIsMeantUnlessAnotherIsNamed() throws IOException {
        assertThat(names(false, "tool", "tool:sparc")).containsExactly("tool 2", "tool 3");
    }

    @Test
    void aPackageThatIsNotInstalledIsRefusedWithThoseOfSimilarNames() throws IOException {
        DpkgDatabase database = new DpkgDatabase(directory);
        assertThatThrownBy(() -> database.packages(List.of("serve"), true))
                .isInstanceOf(EngineException.class)
                .hasMessage("packages: serve is not installed on this host; there are server");
        assertThatThrownBy(() -> database.packages(List.of("gone"), true))
                .hasMessageContaining("gone is not installed");
        assertThatThrownBy(() -> database.packages(List.of("mta"), true)).hasMessageContaining("mta is not installed");
    }

    @Test
    void aDivertedFileIsWhereItWasDivertedTo() throws IOException {
        Files.writeString(directory.resolve("info/server.list"), "/.\n/usr\n/usr/bin/config\n/usr/bin/own\n");
        Files.writeString(directory.resolve("info/tool:" + HOST + ".list"), "/.\n/usr/bin/config\n");
        Files.writeString(
                directory.resolve("diversions"),
                "/usr/bin/config\n/usr/bin/config.server\ntool\n/usr/bin/own\n/usr/bin/own.moved\nserver\n");
        DpkgDatabase database = new DpkgDatabase(directory);

        assertThat(database.files(database.packages(List.of("server"), false).get(0)))
                .containsExactly(Path.of("/usr"), Path.of("/usr/bin/config.server"), Path.of("/usr/bin/own"));
        assertThat(database.files(database.packages(List.of("tool"), false).get(0)))
                .containsExactly(Path.of("/usr/bin/config"));
    }

    @Test
    void aHostWithoutDpkgHasNoDatabase() throws IOException {
        Files.delete(directory.resolve("status"));
        assertThatThrownBy(() -> new DpkgDatabase(directory)).isInstanceOf(NoSuchFileException.class);
    }
}
