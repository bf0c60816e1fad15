package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run of what {@code ./lighter soak} does for longer, with the same inputs each time. */
class ArchiveFuzzTest {
    @TempDir
    Path directory;

    @Test
    void whateverComesIsReadOrRefused() throws IOException {
        ArchiveFuzz fuzz = new ArchiveFuzz(directory, 1000);
        fuzz.run(150);
        assertThat(fuzz.refused()).isBetween(50L, 450L);
        assertThat(new ImageDirectories(directory).temporaryNames()).isEmpty();
    }
}
