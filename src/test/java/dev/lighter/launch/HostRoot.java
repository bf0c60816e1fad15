package dev.lighter.launch;

import dev.lighter.image.TarBytes;
import dev.lighter.kernel.Elf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;

/** A layer made of some of this machine's commands and the libraries that they need, at the same paths. */
public final class HostRoot {
    private static final List<String> LIBRARIES = List.of(
            "/lib/x86_64-linux-gnu",
            "/lib/aarch64-linux-gnu",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib64",
            "/lib64",
            "/lib");

    private HostRoot() {}

    /** Copies the commands, such as {@code sh}, into {@code bin} of a directory. */
    static Path make(Path layer, String... commands) throws IOException {
        Queue<Path> wanted = new ArrayDeque<>();
        for (String command : commands) {
            wanted.add(Path.of("/bin", command));
        }
        Set<Path> done = new HashSet<>();
        for (Path file = wanted.poll(); file != null; file = wanted.poll()) {
            if (!done.add(file)) {
                continue;
            }
            Path copy = layer.resolve(file.toString().substring(1));
            Files.createDirectories(copy.getParent());
            Files.copy(file.toRealPath(), copy, StandardCopyOption.COPY_ATTRIBUTES);
            Optional<Elf> elf = Elf.read(file);
            if (elf.isPresent()) {
                if (!elf.get().interpreter().isEmpty()) {
                    wanted.add(Path.of(elf.get().interpreter()));
                }
                for (String library : elf.get().needed()) {
                    wanted.add(find(library));
                }
            }
        }
        return layer;
    }

    /** The commands as a layer of an image, made in a directory that is empty or not there. */
    public static TarBytes layer(Path scratch, String... commands) throws IOException {
        Path root = make(scratch, commands);
        TarBytes layer = new TarBytes();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                layer.executable(root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return layer;
    }

    private static Path find(String library) throws IOException {
        return Stream.concat(LIBRARIES.stream(), Stream.of("/usr/lib"))
                .map(directory -> Path.of(directory, library))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IOException("this machine has no " + library));
    }
}
