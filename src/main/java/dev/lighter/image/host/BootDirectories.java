package dev.lighter.image.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/**
 * The directories that packages have made at every boot, such as {@code /run/postgresql}: in a container nobody boots.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/tmpfiles.d.5.html">tmpfiles.d(5)</a>
 */
final class BootDirectories {
    private static final Path DIRECTORY = Path.of("/usr/lib/tmpfiles.d");
    private static final int FIELDS = 5;

    private final HostAccounts accounts;

    BootDirectories(HostAccounts accounts) {
        this.accounts = accounts;
    }

    /** Adds to an image what those of its files say that are about this. */
    void addTo(HostTree tree, Collection<Path> files) throws IOException {
        for (Path file : files) {
            if (DIRECTORY.equals(file.getParent()) && file.toString().endsWith(".conf") && Files.isRegularFile(file)) {
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    add(tree, line.strip().split("\\s+"));
                }
            }
        }
    }

    private void add(HostTree tree, String[] fields) {
        boolean known = fields.length >= FIELDS
                && fields[0].matches("[dD]!?")
                && fields[1].startsWith("/")
                && !fields[1].contains("%")
                && fields[2].matches("[0-7]{3,4}|-");
        if (!known) {
            return;
        }
        String name = HostTree.nameOf(Path.of(fields[1]).normalize()).replaceFirst("^var/run(?=/)", "run");
        if (!tree.has(name)) {
            int mode = fields[2].equals("-") ? 0755 : Integer.parseInt(fields[2], 8);
            tree.directory(name, new HostTree.Look(mode, accounts.uid(fields[3]), accounts.gid(fields[4]), 0));
        }
    }
}
