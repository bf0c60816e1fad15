package dev.lighter.launch;

import dev.lighter.launch.AccountFiles.GroupLine;
import dev.lighter.launch.AccountFiles.UserLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a container's program runs as: Docker's {@code user[:group]} looked up in the image's own files, with Docker's rules and
 * words. What read-only layers say is remembered, for as many images as are used lately. Safe for all threads.
 */
public final class UserLookup {
    /** What the image says about a user; groups begin with {@code gid} and name none twice. */
    public record Account(int uid, int gid, List<Integer> groups, String home) {}

    private static final String PASSWD = "etc/passwd";
    private static final String GROUP = "etc/group";
    private static final int LARGEST_FILE = 1 << 20;
    private static final int MOST_IMAGES = 256;
    private static final int FAILED = 128;

    private final Map<List<Path>, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Path>, Known> eldest) {
            return size() > MOST_IMAGES;
        }
    });

    /** What a pile of read-only layers says, and which names in their root that depends on. */
    private record Known(AccountFiles files, Set<String> topNames) {}

    /**
     * The account of a user.
     *
     * @param layers the image's layers, lowest first, which never change
     * @param upper the container's own directory above them, or null
     * @param user {@code user}, {@code uid}, {@code user:group}, {@code uid:gid}, {@code user:}, {@code :group}; empty for root
     * @param supplementary further groups, by name or id
     * @throws LaunchException in Docker's words when there is no such user or group
     */
    public Account find(List<Path> layers, @Nullable Path upper, String user, List<String> supplementary)
            throws LaunchException {
        AccountFiles files;
        try {
            files = files(layers, upper);
        } catch (IOException e) {
            LaunchException failure =
                    new LaunchException("unable to find user " + user + ": " + e.getMessage(), FAILED);
            failure.initCause(e);
            throw failure;
        }
        return find(files, user, supplementary);
    }

    private AccountFiles files(List<Path> layers, @Nullable Path upper) throws IOException {
        Known below = known.get(layers);
        if (below == null) {
            below = read(layers, null);
            known.put(List.copyOf(layers), below);
        }
        if (upper == null || below.topNames.stream().allMatch(name -> LayeredFile.lacks(upper, name))) {
            return below.files;
        }
        return read(layers, upper).files;
    }

    private static Known read(List<Path> layers, @Nullable Path upper) throws IOException {
        List<Path> topFirst = new ArrayList<>(layers);
        if (upper != null) {
            topFirst.add(upper);
        }
        Collections.reverse(topFirst);
        Set<String> topNames = new HashSet<>();
        byte[] passwd = read(topFirst, PASSWD, topNames);
        byte[] group = read(topFirst, GROUP, topNames);
        return new Known(AccountFiles.parse(passwd, group), Set.copyOf(topNames));
    }

    /** An image without the file is an image without users: numbers still work. */
    private static byte[] read(List<Path> topFirst, String path, Set<String> topNames) throws IOException {
        try (LayeredFile file = new LayeredFile()) {
            byte[] content = file.read(topFirst, path, LARGEST_FILE).orElseGet(() -> new byte[0]);
            topNames.addAll(file.topNames());
            return content;
        }
    }

    static Account find(AccountFiles files, String specification, List<String> supplementary) throws LaunchException {
        String[] parts = specification.split(":", -1);
        String user = parts[0];
        String group = parts.length > 1 ? parts[1] : "";
        OptionalLong uid = user.isEmpty() ? OptionalLong.of(0) : AccountFiles.number(user);
        Optional<UserLine> line = files.users().stream()
                .filter(one -> uid.isPresent()
                        ? one.uid() == uid.getAsLong()
                        : one.name().equals(user))
                .findFirst();
        if (line.isEmpty() && uid.isEmpty()) {
            throw new LaunchException("unable to find user " + user + ": no matching entries in passwd file", FAILED);
        }
        Set<Integer> groups = new LinkedHashSet<>();
        int gid;
        if (group.isEmpty()) {
            gid = inRange(line.map(UserLine::gid).orElse(0L));
            groups.add(gid);
            if (line.isPresent()) {
                for (GroupLine one : files.groups()) {
                    if (one.members().contains(line.get().name())) {
                        groups.add(inRange(one.gid()));
                    }
                }
            }
        } else {
            gid = groupId(files, group, "unable to find group ");
            groups.add(gid);
        }
        for (String one : supplementary) {
            groups.add(groupId(files, one, "Unable to find group "));
        }
        String home = line.map(UserLine::home).filter(path -> !path.isEmpty()).orElse("/");
        return new Account(
                inRange(line.map(UserLine::uid).orElseGet(() -> uid.orElse(0))), gid, List.copyOf(groups), home);
    }

    private static int groupId(AccountFiles files, String group, String complaint) throws LaunchException {
        OptionalLong gid = AccountFiles.number(group);
        Optional<GroupLine> line = files.groups().stream()
                .filter(one -> gid.isPresent()
                        ? one.gid() == gid.getAsLong()
                        : one.name().equals(group))
                .findFirst();
        if (line.isEmpty() && gid.isEmpty()) {
            throw new LaunchException(complaint + group + ": no matching entries in group file", FAILED);
        }
        return inRange(line.map(GroupLine::gid).orElseGet(() -> gid.orElse(0)));
    }

    private static int inRange(long id) throws LaunchException {
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw new LaunchException("uids and gids must be in range 0-2147483647", FAILED);
        }
        return (int) id;
    }
}
