package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfTest {
    /** The loader of every dynamically linked JVM's process names its libraries in such a file. */
    private static final Path PROGRAM = Path.of("/proc/self/exe");

    @TempDir
    Path directory;

    @Test
    void aProgramNamesItsLoaderAndItsLibraries() throws IOException {
        Elf elf = Elf.read(PROGRAM.toRealPath()).orElseThrow();

        assertThat(elf.machine()).isEqualTo(Arch.host().elfMachine());
        assertThat(elf.interpreter()).startsWith("/lib");
        assertThat(elf.needed()).anyMatch(name -> name.startsWith("libc."));
    }

    @Test
    void otherFilesAreNone() throws IOException {
        assertThat(Elf.read(Files.writeString(directory.resolve("a"), "#!/bin/sh\n")))
                .isEmpty();
        assertThat(Elf.read(Files.writeString(directory.resolve("b"), "x".repeat(100))))
                .isEmpty();
    }

    @Test
    void aFileThatIsCutOffIsBroken() throws IOException {
        byte[] whole = Files.readAllBytes(PROGRAM);
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, 200));

        assertThatThrownBy(() -> Elf.read(cut)).isInstanceOf(IOException.class);
    }
}
