package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Elf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The built stubs in the repository are what their source says. */
class StubTest {
    private static final Path SOURCE = Path.of("src/main/native");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void aBuiltStubIsSmallStaticAndForItsMachine(Arch arch) throws IOException {
        byte[] built = Stub.read(arch);
        Elf elf = Elf.read(Files.write(directory.resolve("stub"), built)).orElseThrow();

        assertThat(built.length).isLessThan(2048);
        assertThat(elf.machine()).isEqualTo(arch.elfMachine());
        assertThat(elf.interpreter()).isEmpty();
        assertThat(elf.needed()).isEmpty();
    }

    @Test
    void theSourceGivesTheBuiltStubOfX86() throws Exception {
        rebuild(Arch.X86_64, "gcc");
    }

    @Test
    void theSourceGivesTheBuiltStubOfAarch64() throws Exception {
        rebuild(Arch.AARCH64, "aarch64-linux-gnu-gcc");
    }

    /** Builds the stub where the compiler is the one that the built file names: others give other bytes for the same program. */
    private void rebuild(Arch arch, String compiler) throws Exception {
        String wanted;
        try (var in = Stub.class.getResourceAsStream("stub-" + arch.name().toLowerCase(Locale.ROOT) + ".compiler")) {
            wanted = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        String present = Files.exists(Path.of("/usr/bin", compiler))
                ? run(compiler, "--version").lines().findFirst().orElse("")
                : "no " + compiler;
        boolean same = present.equals(wanted);
        if (!same) {
            System.out.println("The rebuild of the stub for " + arch + " is skipped: it was built with \"" + wanted
                    + "\", here is \"" + present + "\"");
        }
        assumeTrue(same, "another compiler");
        Path out = directory.resolve("rebuilt");

        run(SOURCE.resolve("build").toString(), compiler, out.toString());

        assertThat(Files.readAllBytes(out)).isEqualTo(Stub.read(arch));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(output);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
