package dev.lighter.launch;

import dev.lighter.launch.LaunchIsolation.Devices.Mapping;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the devices of the host that a container is to have. Stateless. */
final class HostDevices {
    private static final Path DEVICES = Path.of("/dev");
    /** What every container has of its own. */
    private static final Set<String> OWN =
            Set.of("/dev/pts", "/dev/shm", "/dev/mqueue", "/dev/fd", "/dev/console", "/dev/ptmx", "/dev/core");

    private static final int TYPE_MASK = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int PERMISSIONS = 0777;
    private static final int DEEPEST = 8;
    private static final int MOST = 2048;
    private static final int FAILED = 128;

    private HostDevices() {}

    /**
     * Looks for all of them: what a privileged container has, then what was asked for, which takes the place of the former.
     *
     * @throws LaunchException in Docker's words when one is not there
     */
    static List<DeviceNode> find(LaunchIsolation isolation) throws LaunchException {
        Map<String, DeviceNode> nodes = new LinkedHashMap<>();
        if (isolation.privileged()) {
            collect(DEVICES, "/dev", "", DEEPEST, nodes);
        }
        for (Mapping mapping : isolation.devices().mappings()) {
            add(mapping, nodes);
        }
        if (nodes.size() > MOST) {
            throw new LaunchException(
                    "too many devices: " + nodes.size() + ", at most " + MOST + ": name fewer with --device", FAILED);
        }
        return List.copyOf(nodes.values());
    }

    private static void add(Mapping mapping, Map<String, DeviceNode> nodes) throws LaunchException {
        String reason;
        try {
            Path host = Path.of(mapping.hostPath()).toRealPath();
            if (Files.isDirectory(host)) {
                Map<String, DeviceNode> inside = new LinkedHashMap<>();
                collect(host, mapping.containerPath(), mapping.access(), DEEPEST, inside);
                nodes.putAll(inside);
                if (!inside.isEmpty()) {
                    return;
                }
                reason = "not a device node, and no directory with devices";
            } else {
                DeviceNode node = read(host, mapping.containerPath(), mapping.access());
                if (node != null) {
                    nodes.put(node.path(), node);
                    return;
                }
                reason = "not a device node";
            }
        } catch (NoSuchFileException e) {
            reason = "no such file or directory";
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        }
        throw new LaunchException(
                "error gathering device information while adding custom device \"" + mapping.hostPath() + "\": "
                        + reason,
                FAILED);
    }

    /** All device files below a directory; links and what cannot be read are left out. */
    private static void collect(
            Path directory, String inside, String access, int depth, Map<String, DeviceNode> nodes) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(directory)) {
            listed.forEach(entries::add);
        } catch (IOException e) {
            return;
        }
        entries.sort(null);
        for (Path entry : entries) {
            if (OWN.contains(entry.toString())) {
                continue;
            }
            String path = inside + "/" + entry.getFileName();
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                if (depth > 0) {
                    collect(entry, path, access, depth - 1, nodes);
                }
                continue;
            }
            try {
                DeviceNode node = read(entry, path, access);
                if (node != null) {
                    nodes.put(path, node);
                }
            } catch (IOException e) {
                // It has gone since it was listed.
                continue;
            }
        }
    }

    /** Null when it is no device. */
    private static @Nullable DeviceNode read(Path file, String inside, String access) throws IOException {
        Map<String, Object> status = Files.readAttributes(file, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) number(status, "mode");
        int type = mode & TYPE_MASK;
        if (type != CHARACTER_DEVICE && type != BLOCK_DEVICE) {
            return null;
        }
        long device = number(status, "rdev");
        return new DeviceNode(
                inside,
                type == BLOCK_DEVICE ? 'b' : 'c',
                (int) (device >>> 8 & 0xfff | device >>> 32 & ~0xfffL),
                (int) (device & 0xff | device >>> 12 & ~0xffL),
                mode & PERMISSIONS,
                (int) number(status, "uid"),
                (int) number(status, "gid"),
                access);
    }

    private static long number(Map<String, Object> status, String name) {
        return ((Number) Objects.requireNonNull(status.get(name))).longValue();
    }
}
