package dev.lighter.kernel.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the trees of control groups from what the kernel tells a process about itself.
 *
 * <p>Our parent group lies below this process's own group, so that limits on the engine hold for its containers. Version 2 makes that
 * impossible where the own group has other processes or belongs to a service manager; there the parent group lies at the top of the tree,
 * where Docker puts its own, unless the own group was delegated to us: it has controllers enabled for its children already.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
final class HierarchyDetector {
    private final ControlFiles files;
    private final V2Hierarchy.DevicePolicy devices;
    private final String parentName;
    private final List<Hierarchy> found = new ArrayList<>();
    private final Set<String> controllers = new HashSet<>();
    private boolean version1;
    private boolean version2;

    HierarchyDetector(ControlFiles files, V2Hierarchy.DevicePolicy devices, String parentName) {
        this.files = files;
        this.devices = devices;
        this.parentName = parentName;
    }

    /** The trees described by the texts of {@code /proc/self/cgroup} and {@code /proc/self/mountinfo}. */
    Cgroups detect(String selfCgroup, String mountinfo) throws IOException {
        Map<String, String> own = ownPaths(selfCgroup);
        List<Mount> mounts =
                mountinfo.lines().map(Mount::parse).flatMap(Optional::stream).toList();
        for (Mount mount : mounts) {
            if (!mount.unified()) {
                addVersion1(mount, own);
            }
        }
        for (Mount mount : mounts) {
            if (mount.unified() && !version2) {
                addVersion2(mount, own.getOrDefault("", "/"));
            }
        }
        if (found.isEmpty()) {
            throw new IOException("no control groups are mounted: mount them, for instance with"
                    + " `mount -t cgroup2 cgroup2 /sys/fs/cgroup`, and start the engine again");
        }
        Cgroups.Mode mode = version1 && version2 ? Cgroups.Mode.HYBRID : version2 ? Cgroups.Mode.V2 : Cgroups.Mode.V1;
        return new Cgroups(mode, files, parentName, found);
    }

    /** Own path by controller; the version 2 tree has the empty name. */
    private static Map<String, String> ownPaths(String selfCgroup) {
        Map<String, String> paths = new TreeMap<>();
        for (String line : selfCgroup.lines().toList()) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3) {
                for (String controller : fields[1].split(",", -1)) {
                    paths.put(controller, fields[2]);
                }
            }
        }
        return paths;
    }

    private void addVersion1(Mount mount, Map<String, String> own) {
        Set<String> usable = new TreeSet<>(V1Hierarchy.WANTED);
        usable.retainAll(mount.options());
        usable.retainAll(own.keySet());
        usable.removeAll(controllers);
        if (!usable.isEmpty()) {
            version1 = true;
            controllers.addAll(usable);
            String path = own.getOrDefault(usable.iterator().next(), "/");
            found.add(new V1Hierarchy(files, mount.point(), mount.locate(path), parentName, Set.copyOf(usable)));
        }
    }

    /** Beside version 1 the unified tree is used only for controllers that no version 1 tree has. */
    private void addVersion2(Mount mount, String ownPath) throws IOException {
        version2 = true;
        Set<String> usable = new TreeSet<>(V2Hierarchy.WANTED);
        Path own = mount.locate(ownPath);
        Path base = delegated(own) ? own : mount.point();
        usable.retainAll(
                List.of(files.read(base.resolve("cgroup.controllers")).strip().split(" ")));
        controllers.forEach(usable::remove);
        if (controllers.contains("blkio")) {
            usable.remove("io");
        }
        if (!version1 || !usable.isEmpty()) {
            controllers.addAll(usable);
            found.add(new V2Hierarchy(files, mount.point(), base, parentName, Set.copyOf(usable), devices));
        }
    }

    private boolean delegated(Path own) throws IOException {
        Path control = own.resolve("cgroup.subtree_control");
        return files.exists(control) && !files.read(control).isBlank();
    }

    /** One mounted tree; {@code root} is the group that shows at {@code point}. */
    private record Mount(String root, Path point, boolean unified, Set<String> options) {
        static Optional<Mount> parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] place = halves[0].split(" ");
            String[] kind = halves.length == 2 ? halves[1].split(" ") : new String[0];
            if (place.length < 5 || kind.length < 3 || !kind[0].startsWith("cgroup")) {
                return Optional.empty();
            }
            return Optional.of(new Mount(
                    unescape(place[3]),
                    Path.of(unescape(place[4])),
                    kind[0].equals("cgroup2"),
                    Set.copyOf(List.of(kind[2].split(",")))));
        }

        /** The directory of a group named as in {@code /proc/self/cgroup}; the mount's own root for one outside of it. */
        Path locate(String path) {
            if (path.startsWith("/..")) {
                return point;
            }
            if (root.equals("/")) {
                return point.resolve(path.substring(1)).normalize();
            }
            return path.startsWith(root + "/")
                    ? point.resolve(path.substring(root.length() + 1)).normalize()
                    : point;
        }

        /** Octal escapes of space, tab, newline and backslash. */
        private static String unescape(String text) {
            if (text.indexOf('\\') < 0) {
                return text;
            }
            byte[] from = text.getBytes(StandardCharsets.UTF_8);
            byte[] to = new byte[from.length];
            int length = 0;
            for (int i = 0; i < from.length; i++) {
                if (from[i] == '\\' && i + 3 < from.length) {
                    to[length++] = (byte) Integer.parseInt(new String(from, i + 1, 3, StandardCharsets.US_ASCII), 8);
                    i += 3;
                } else {
                    to[length++] = from[i];
                }
            }
            return new String(to, 0, length, StandardCharsets.UTF_8);
        }
    }
}
