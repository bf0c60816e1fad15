package dev.lighter.container.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of users and groups on the host, read when it is made.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/passwd.5.html">passwd(5)</a>
 */
final class HostAccounts {
    private final Map<String, String> users;
    private final Map<String, String> groups;

    HostAccounts() throws IOException {
        this(Path.of("/etc/passwd"), Path.of("/etc/group"));
    }

    HostAccounts(Path passwd, Path group) throws IOException {
        users = names(passwd);
        groups = names(group);
    }

    /** By number; the first of several names wins, as getpwuid(3) has it. */
    private static Map<String, String> names(Path file) throws IOException {
        Map<String, String> names = new HashMap<>();
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return names;
        }
        for (String line : text.split("\n")) {
            String[] fields = line.split(":");
            if (fields.length > 2 && !fields[0].isEmpty()) {
                names.putIfAbsent(fields[2], fields[0]);
            }
        }
        return names;
    }

    /** The user's name, or the number where there is none. */
    String user(int uid) {
        String number = Integer.toUnsignedString(uid);
        return users.getOrDefault(number, number);
    }

    /** The group's name, or the number where there is none. */
    String group(int gid) {
        String number = Integer.toUnsignedString(gid);
        return groups.getOrDefault(number, number);
    }
}
