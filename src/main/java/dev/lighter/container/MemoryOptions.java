package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.MountTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Options of a filesystem in memory, tmpfs(5): those of the mount, and those of the filesystem.
 *
 * @param attributes constants of {@link MountTree}
 * @param readOnly whether nothing can be written
 * @param data {@code name=value}
 */
record MemoryOptions(long attributes, boolean readOnly, List<String> data) {
    private static final Map<String, Long> SET =
            Map.of("nosuid", MountTree.NO_SUID, "nodev", MountTree.NO_DEVICES, "noexec", MountTree.NO_EXEC);
    private static final Map<String, Long> CLEAR =
            Map.of("suid", MountTree.NO_SUID, "dev", MountTree.NO_DEVICES, "exec", MountTree.NO_EXEC);
    private static final Set<String> IGNORED =
            Set.of("rw", "defaults", "async", "atime", "diratime", "relatime", "noatime", "nodiratime", "rprivate");
    private static final Set<String> WITH_VALUE =
            Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol", "huge");

    /** Reads {@code size=64m,exec,mode=1777}; as Docker, without set-user-id programs, devices and programs unless they are asked for. */
    static MemoryOptions parse(String text) {
        long attributes = MountTree.NO_SUID | MountTree.NO_DEVICES | MountTree.NO_EXEC;
        boolean readOnly = false;
        List<String> data = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            int equals = word.indexOf('=');
            if (SET.containsKey(word)) {
                attributes |= SET.get(word);
            } else if (CLEAR.containsKey(word)) {
                attributes &= ~CLEAR.get(word);
            } else if (word.equals("ro")) {
                readOnly = true;
            } else if (equals > 0 && WITH_VALUE.contains(word.substring(0, equals))) {
                data.add(value(word));
            } else if (!word.isEmpty() && !IGNORED.contains(word)) {
                throw EngineException.invalid("HostConfig.Tmpfs: invalid tmpfs option \"" + word + "\"");
            }
        }
        return new MemoryOptions(attributes, readOnly, List.copyOf(data));
    }

    private static String value(String word) {
        String value = word.substring(word.indexOf('=') + 1);
        boolean fits = switch (word.substring(0, word.indexOf('='))) {
            case "size" -> value.matches("[0-9]+[kKmMgG%]?");
            case "mode" -> value.matches("[0-7]{1,5}");
            case "uid", "gid" -> value.matches("[0-9]{1,9}");
            case "nr_inodes", "nr_blocks" -> value.matches("[0-9]+[kKmMgG]?");
            default -> value.matches("[a-z0-9:,=-]+");
        };
        if (!fits) {
            throw EngineException.invalid("HostConfig.Tmpfs: invalid value in tmpfs option \"" + word + "\"");
        }
        return word;
    }
}
