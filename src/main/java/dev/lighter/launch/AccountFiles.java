package dev.lighter.launch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The users and groups of an image, as its {@code /etc/passwd} and {@code /etc/group} name them; lines that are none are left out.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/passwd.5.html">passwd(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man5/group.5.html">group(5)</a>
 */
record AccountFiles(List<UserLine> users, List<GroupLine> groups) {
    /** One line of passwd. */
    record UserLine(String name, long uid, long gid, String home) {}

    /** One line of group. */
    record GroupLine(String name, long gid, List<String> members) {}

    static AccountFiles parse(byte[] passwd, byte[] group) {
        List<UserLine> users = new ArrayList<>();
        for (String[] fields : lines(passwd)) {
            if (fields.length >= 4
                    && number(fields[2]).isPresent()
                    && number(fields[3]).isPresent()) {
                users.add(new UserLine(
                        fields[0],
                        number(fields[2]).getAsLong(),
                        number(fields[3]).getAsLong(),
                        fields.length > 5 ? fields[5] : ""));
            }
        }
        List<GroupLine> groups = new ArrayList<>();
        for (String[] fields : lines(group)) {
            if (fields.length >= 3 && number(fields[2]).isPresent()) {
                List<String> members = fields.length > 3 ? List.of(fields[3].split(",")) : List.of();
                groups.add(new GroupLine(fields[0], number(fields[2]).getAsLong(), members));
            }
        }
        return new AccountFiles(List.copyOf(users), List.copyOf(groups));
    }

    private static List<String[]> lines(byte[] content) {
        return new String(content, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.split(":", -1))
                .toList();
    }

    /** A whole number as Go's Atoi reads it, sign and all; empty for anything else. */
    static OptionalLong number(String text) {
        int digits = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.length() == digits || text.length() > digits + 18) {
            return OptionalLong.empty();
        }
        for (int i = digits; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Long.parseLong(text));
    }
}
