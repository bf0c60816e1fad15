package dev.lighter.image.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of a tree of host files. */
class HostTreeTest {
    @TempDir
    Path files;

    private static byte[] bytes(HostTree tree) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        tree.write(out);
        return out.toByteArray();
    }

    private static List<String> entries(byte[] archive) throws IOException {
        List<String> entries = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(String.format(
                        "%o %d:%d %s%s%s%s",
                        entry.getMode() & 07777,
                        entry.getLongUserId(),
                        entry.getLongGroupId(),
                        entry.getName(),
                        entry.isSymbolicLink() ? " -> " : entry.isLink() ? " = " : "",
                        entry.getLinkName(),
                        entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()
                                ? " " + new String(in.readAllBytes(), StandardCharsets.UTF_8).strip()
                                : ""));
            }
        }
        return entries;
    }

    private HostTree tree() throws IOException {
        Path file = files.resolve("file");
        if (!Files.exists(file)) {
            Files.writeString(file, "content");
            Files.createLink(files.resolve("same"), file);
            Files.createSymbolicLink(files.resolve("link"), Path.of("file"));
        }
        HostTree tree = new HostTree();
        for (String name : List.of("same", "link", "file")) {
            tree.take(files.resolve(name), new HostTree.Look(0640, 5, 6, 7));
        }
        tree.text("etc/made/up", HostTree.Look.fixed(0644), "text");
        tree.addParents(name -> HostTree.Look.fixed(0755));
        return tree;
    }

    @Test
    void parentsComeFirstAndFilesWithTwoNamesOnce() throws IOException {
        String top = HostTree.nameOf(files);
        assertThat(entries(bytes(tree())))
                .contains("755 0:0 etc/", "755 0:0 etc/made/", "644 0:0 etc/made/up text")
                .containsSubsequence(
                        "755 0:0 " + top + "/",
                        "640 5:6 " + top + "/file content",
                        "640 5:6 " + top + "/link -> file",
                        "640 5:6 " + top + "/same = " + top + "/file");
    }

    @Test
    void theSameTreeGivesTheSameBytesWhateverTheClockSays() throws IOException {
        byte[] first = bytes(tree());
        Files.setLastModifiedTime(files.resolve("file"), FileTime.fromMillis(0));
        assertThat(bytes(tree())).isEqualTo(first);
    }

    @Test
    void whatLooksAsOnTheHostKeepsItsModeAndItsSeconds() throws IOException {
        Path file = Files.writeString(files.resolve("own"), "x");
        Files.setAttribute(file, "unix:mode", 04751);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_234_567));

        HostTree.Look look = HostTree.Look.of(file);

        assertThat(look.mode()).isEqualTo(04751);
        assertThat(look.modifiedSeconds()).isEqualTo(1234);
    }
}
