package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whiteouts and opaque directories, which only root can make. */
class LayeredFileIT {
    private static final Syscall MKNODAT = Syscall.named("mknodat");
    private static final Syscall SETXATTR = Syscall.named("setxattr");
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int FIFO = 0010000;

    @TempDir
    Path directory;

    private Path layer(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name).resolve("etc"));
    }

    private static void node(Path path, int type) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            MKNODAT.call(path.toString(), Fd.AT_FDCWD, scope.string(path.toString()), type | 0600, 0, 0, 0);
        }
    }

    private static void opaque(Path path) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer value = scope.buffer(1).put(0, (byte) 'y');
            SETXATTR.call(
                    path.toString(),
                    scope.string(path.toString()),
                    scope.string("trusted.overlay.opaque"),
                    NativeScope.address(value),
                    1,
                    0,
                    0);
        }
    }

    private Optional<String> read(String... topFirst) throws IOException {
        try (LayeredFile file = new LayeredFile()) {
            List<Path> layers = Arrays.stream(topFirst).map(directory::resolve).toList();
            return file.read(layers, "etc/passwd", 100).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @Test
    void aWhiteoutHidesWhatIsBelow() throws IOException {
        Files.writeString(layer("low").resolve("passwd"), "low");
        node(layer("high").resolve("passwd"), CHARACTER_DEVICE);
        Files.createDirectory(directory.resolve("gone"));
        node(directory.resolve("gone/etc"), CHARACTER_DEVICE);

        assertThat(read("low")).contains("low");
        assertThat(read("high", "low")).isEmpty();
        assertThat(read("low", "high")).contains("low");
        assertThat(read("gone", "low")).isEmpty();
    }

    @Test
    void anOpaqueDirectoryHidesThoseBelow() throws IOException {
        Files.writeString(layer("low").resolve("passwd"), "low");
        opaque(layer("high"));

        assertThat(read("high", "low")).isEmpty();
    }

    @Test
    void aPipeInPlaceOfTheFileIsNotWaitedFor() throws IOException {
        node(layer("odd").resolve("passwd"), FIFO);

        assertThat(read("odd")).isEmpty();
    }

    @Test
    void findingAUserIsMeasured() throws Exception {
        Files.writeString(layer("low").resolve("passwd"), "root:x:0:0::/root:/bin/sh\napp:x:5:5::/app:/bin/sh\n");
        Path upper = Files.createDirectory(directory.resolve("upper"));
        UserLookup lookup = new UserLookup();
        long[] nanos = new long[2000];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            UserLookup.Account account = lookup.find(List.of(directory.resolve("low")), upper, "app", List.of());
            nanos[i] = System.nanoTime() - start;
            assertThat(account.uid()).isEqualTo(5);
        }
        Arrays.sort(nanos);
        System.out.printf("user found in %.1f us (median)%n", nanos[nanos.length / 2] / 1000.0);
    }
}
