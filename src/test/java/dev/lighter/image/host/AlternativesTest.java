package dev.lighter.image.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generic names that lead to what an image has. */
class AlternativesTest {
    @TempDir
    Path top;

    @Test
    void linksToWhatIsThereComeWithIt() throws IOException {
        Path real = top.toRealPath();
        Path mawk = Files.writeString(real.resolve("mawk"), "#!");
        Path vim = Files.writeString(real.resolve("vim"), "#!");
        link(real, "awk", mawk);
        link(real, "nawk", mawk);
        link(real, "vi", vim);
        Path groups = Files.createDirectory(real.resolve("groups"));
        Files.writeString(
                groups.resolve("awk"),
                "auto\n%1$s/awk\nnawk\n%1$s/nawk\ngone\n%1$s/gone\n\n%1$s/mawk\n5\n%1$s/mawk\n\n\n".formatted(real));
        Files.writeString(groups.resolve("vi"), "manual\n%1$s/vi\n\n%1$s/vim\n9\n\n".formatted(real));
        HostFiles files = new HostFiles(new HostSecrets(Path.of("/nowhere")));
        files.add(mawk);

        new Alternatives(groups).addTo(files);

        assertThat(files.found())
                .containsExactlyInAnyOrder(
                        mawk,
                        real.resolve("awk"),
                        real.resolve("nawk"),
                        real.resolve("choice-awk"),
                        real.resolve("choice-nawk"));
    }

    /** As in /etc/alternatives: the generic name leads to the choice, and that to the file. */
    private static void link(Path real, String name, Path file) throws IOException {
        Files.createSymbolicLink(real.resolve("choice-" + name), file);
        Files.createSymbolicLink(real.resolve(name), real.resolve("choice-" + name));
    }
}
