package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
    private static final byte[] NAME = "d".repeat(200).getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void aTreeDeeperThanAnyPathIsRemoved() throws IOException {
        try (Fd parent = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            FileCalls.makeDirectory(parent, new byte[] {'t'}, 0700);
            Fd current = FileCalls.openDirectory(parent, new byte[] {'t'});
            for (int depth = 0; depth < 100; depth++) {
                FileCalls.makeDirectory(current, NAME, 0700);
                FileCalls.create(current, new byte[] {'f', (byte) 0xff}, 0600).close();
                Fd next = FileCalls.openDirectory(current, NAME);
                current.close();
                current = next;
            }
            current.close();

            FileTree.remove(parent, "t");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void linksAreRemovedButNotFollowed() throws IOException {
        Path kept = Files.createDirectories(directory.resolve("kept/inside"));
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), kept);
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/b/file"), "x");

        try (Fd parent = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            FileTree.remove(parent, "tree");
            FileTree.remove(parent, "was never there");
        }
        assertThat(tree).doesNotExist();
        assertThat(kept).exists();
    }
}
