package dev.lighter.image.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The generic names of what several packages offer, which no package lists among its files.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/update-alternatives.1.html">update-alternatives(1)</a>
 */
final class Alternatives {
    private final List<Path> links = new ArrayList<>();

    /**
     * Reads which links there are.
     *
     * @param administration {@code /var/lib/dpkg/alternatives} or {@code /var/lib/alternatives}; may be missing
     */
    Alternatives(Path administration) throws IOException {
        if (!Files.isDirectory(administration)) {
            return;
        }
        TreeSet<Path> groups = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(administration)) {
            files.forEach(groups::add);
        }
        for (Path group : groups) {
            List<String> lines = Files.readAllLines(group, StandardCharsets.ISO_8859_1);
            // The mode, the generic name; then pairs of name and link until an empty line.
            int end = lines.contains("") ? lines.indexOf("") : lines.size();
            for (int i = 1; i < end; i += 2) {
                if (lines.get(i).startsWith("/")) {
                    links.add(Path.of(lines.get(i)));
                }
            }
        }
    }

    /** Adds the links that lead to what was found. */
    void addTo(HostFiles files) throws IOException {
        for (Path link : links) {
            if (Files.isSymbolicLink(link) && Files.exists(link)) {
                Path target = link.toRealPath();
                if (files.found().contains(target)) {
                    files.add(link);
                }
            }
        }
    }
}
