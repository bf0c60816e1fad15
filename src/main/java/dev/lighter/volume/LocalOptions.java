package dev.lighter.volume;

import dev.lighter.error.EngineException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The options of the local driver, read as mount(8) would: where a volume's files really are.
 *
 * @param kind of the filesystem; empty for a directory
 * @param device what is mounted: a path, a device, an address; empty for the volume's own directory
 * @param flags MS_ constants of mount(2)
 * @param data for the filesystem, comma separated
 */
record LocalOptions(String kind, String device, long flags, String data) {
    private static final long MS_BIND = 4096;
    private static final long MS_REC = 16384;
    private static final long MS_RDONLY = 1;
    private static final Set<String> KNOWN = Set.of("type", "o", "device", "size");
    private static final Map<String, Long> FLAGS = Map.ofEntries(
            Map.entry("defaults", 0L),
            Map.entry("rw", 0L),
            Map.entry("ro", MS_RDONLY),
            Map.entry("nosuid", 2L),
            Map.entry("nodev", 4L),
            Map.entry("noexec", 8L),
            Map.entry("sync", 16L),
            Map.entry("dirsync", 128L),
            Map.entry("noatime", 1024L),
            Map.entry("nodiratime", 2048L),
            Map.entry("bind", MS_BIND),
            Map.entry("rbind", MS_BIND | MS_REC),
            Map.entry("relatime", 1L << 21),
            Map.entry("strictatime", 1L << 24));

    /** Reads them. Fails with INVALID, in Docker's words. */
    static LocalOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!KNOWN.contains(name)) {
                throw EngineException.invalid(
                        "create: invalid option: \"" + name + "\": the local driver knows type, o and device");
            }
        }
        if (options.containsKey("size")) {
            throw EngineException.invalid("create: quota size requested but no quota support: the option size is not"
                    + " available; use type=tmpfs, device=tmpfs, o=size=… for a volume in memory");
        }
        if (options.isEmpty()) {
            return new LocalOptions("", "", 0, "");
        }
        String kind = options.getOrDefault("type", "");
        String device = options.getOrDefault("device", "");
        if (device.isEmpty()) {
            throw EngineException.invalid("create: missing required option: \"device\"");
        }
        if (kind.isEmpty()) {
            throw EngineException.invalid("create: missing required option: \"type\"");
        }
        long flags = 0;
        List<String> data = new ArrayList<>();
        for (String word : options.getOrDefault("o", "").split(",", -1)) {
            Long flag = FLAGS.get(word);
            if (flag != null) {
                flags |= flag;
            } else if (!word.isEmpty()) {
                data.add(word);
            }
        }
        LocalOptions read = new LocalOptions(kind, device, flags, String.join(",", data));
        if (read.isBind() && !device.startsWith("/")) {
            throw EngineException.invalid("create: the device of a bind must be an absolute path: " + device);
        }
        return read;
    }

    /** Whether its files are in another directory of the host. */
    boolean isBind() {
        return (flags & MS_BIND) != 0;
    }

    /** Whether a filesystem has to be mounted before its files are there. */
    boolean isMounted() {
        return !device.isEmpty() && !isBind();
    }

    /** Whether nothing can be written. */
    boolean readOnly() {
        return (flags & MS_RDONLY) != 0;
    }

    /** For the kernel, which wants a network filesystem's server as an address. */
    String resolvedData() throws UnknownHostException {
        if (!kind.startsWith("nfs") && !kind.equals("cifs")) {
            return data;
        }
        List<String> words = new ArrayList<>();
        for (String word : data.split(",", -1)) {
            words.add(
                    word.startsWith("addr=")
                            ? "addr=" + InetAddress.getByName(word.substring(5)).getHostAddress()
                            : word);
        }
        return String.join(",", words);
    }
}
