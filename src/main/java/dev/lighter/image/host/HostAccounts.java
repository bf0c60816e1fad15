package dev.lighter.image.host;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The users and groups of this host that an image needs: those who own its files, those whom they are in a group with, and whoever is to run.
 * Never a password. Belongs to one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/passwd.5.html">passwd(5)</a>
 */
final class HostAccounts {
    private static final int PASSWD_FIELDS = 7;
    private static final int GROUP_FIELDS = 4;
    private static final int NOBODY = 65534;

    private final SortedMap<Integer, List<String>> users = new TreeMap<>();
    private final SortedMap<Integer, List<String>> groups = new TreeMap<>();
    private final SortedSet<Integer> wantedUsers = new TreeSet<>(Set.of(0, NOBODY));
    private final SortedSet<Integer> wantedGroups = new TreeSet<>(Set.of(0, NOBODY));

    /** @param etc where {@code passwd} and {@code group} are */
    HostAccounts(Path etc) throws IOException {
        read(etc.resolve("passwd"), PASSWD_FIELDS, users);
        read(etc.resolve("group"), GROUP_FIELDS, groups);
    }

    private static void read(Path file, int fields, SortedMap<Integer, List<String>> into) throws IOException {
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            List<String> parts = List.of(line.split(":", -1));
            if (parts.size() >= fields && parts.get(2).matches("\\d{1,9}")) {
                into.putIfAbsent(Integer.parseInt(parts.get(2)), parts);
            }
        }
    }

    /** The image has files of these. */
    void want(int uid, int gid) {
        wantedUsers.add(uid);
        wantedGroups.add(gid);
    }

    /** The image's programs run as this user: {@code user[:group]}, names or numbers; fails with INVALID for a name that is not known here. */
    void want(String user) {
        if (user.isEmpty()) {
            return;
        }
        String[] parts = user.split(":", 2);
        wantedUsers.add(number(parts[0], users, "user"));
        if (parts.length > 1) {
            wantedGroups.add(number(parts[1], groups, "group"));
        }
    }

    private static int number(String text, SortedMap<Integer, List<String>> accounts, String kind) {
        if (text.matches("\\d{1,9}")) {
            return Integer.parseInt(text);
        }
        return accounts.entrySet().stream()
                .filter(account -> account.getValue().get(0).equals(text))
                .map(SortedMap.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> EngineException.invalid("user: this host has no " + kind + " \"" + text
                        + "\" that the image could have; name one of /etc/" + (kind.equals("user") ? "passwd" : "group")
                        + " or a number"));
    }

    /** The number of a user with this name, or zero, root's. */
    int uid(String name) {
        return known(name, users);
    }

    /** The number of a group with this name, or zero, root's. */
    int gid(String name) {
        return known(name, groups);
    }

    private static int known(String name, SortedMap<Integer, List<String>> accounts) {
        return accounts.values().stream()
                .filter(account -> account.get(0).equals(name) || account.get(2).equals(name))
                .mapToInt(account -> Integer.parseInt(account.get(2)))
                .findFirst()
                .orElse(0);
    }

    /** The image's {@code /etc/passwd}; what was wanted has a line where this host knows it. */
    String passwd() {
        return wantedAccounts()
                .map(user -> user.get(0) + ":x:" + String.join(":", user.subList(2, PASSWD_FIELDS)) + "\n")
                .collect(Collectors.joining());
    }

    /** The image's {@code /etc/group}, with the groups that its users are in. */
    String group() {
        SortedSet<Integer> numbers = new TreeSet<>(wantedGroups);
        Set<String> names = wantedAccounts().map(user -> user.get(0)).collect(Collectors.toSet());
        wantedAccounts().forEach(user -> numbers.add(Integer.valueOf(user.get(3))));
        StringBuilder text = new StringBuilder();
        groups.forEach((gid, group) -> {
            List<String> members = new ArrayList<>(List.of(group.get(3).split(",")));
            members.retainAll(names);
            if (numbers.contains(gid) || !members.isEmpty()) {
                text.append(group.get(0) + ":x:" + gid + ":" + String.join(",", members) + "\n");
            }
        });
        return text.toString();
    }

    /** The names of the users that the image gets, root first. */
    List<String> names() {
        return wantedAccounts().map(user -> user.get(0)).toList();
    }

    private Stream<List<String>> wantedAccounts() {
        return wantedUsers.stream().flatMap(uid -> Stream.ofNullable(users.get(uid)));
    }
}
