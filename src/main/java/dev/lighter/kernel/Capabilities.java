package dev.lighter.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The privileges that make up root's power: names, numbers, sets, and the structures that hand them to the kernel. Stateless.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>
 */
public final class Capabilities {
    /** All names in the order of their numbers, {@code CAP_CHOWN} being 0. */
    public static final List<String> NAMES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_LINUX_IMMUTABLE",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_ADMIN",
            "CAP_NET_RAW",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_SYS_MODULE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_CHROOT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_PACCT",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_NICE",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_MKNOD",
            "CAP_LEASE",
            "CAP_AUDIT_WRITE",
            "CAP_AUDIT_CONTROL",
            "CAP_SETFCAP",
            "CAP_MAC_OVERRIDE",
            "CAP_MAC_ADMIN",
            "CAP_SYSLOG",
            "CAP_WAKE_ALARM",
            "CAP_BLOCK_SUSPEND",
            "CAP_AUDIT_READ",
            "CAP_PERFMON",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE");

    /** What a container has when nothing else is asked for: Docker's fourteen. */
    public static final Set<String> DEFAULT = namesOf(maskOf(List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_RAW",
            "CAP_SYS_CHROOT",
            "CAP_MKNOD",
            "CAP_AUDIT_WRITE",
            "CAP_SETFCAP")));

    /** {@code _LINUX_CAPABILITY_VERSION_3}, capset(2). */
    private static final int VERSION = 0x20080522;

    private static final String ALL = "ALL";

    private Capabilities() {}

    /** The number of a capability, named with or without {@code CAP_}, in any case. */
    public static int number(String name) {
        int number = NAMES.indexOf(prefixed(name));
        if (number < 0) {
            throw unknown(prefixed(name));
        }
        return number;
    }

    /** The name in the form that {@link #NAMES} has. */
    public static String canonical(String name) {
        return NAMES.get(number(name));
    }

    /** One bit per capability, bit 0 for number 0. */
    public static long maskOf(Collection<String> names) {
        long mask = 0;
        for (String name : names) {
            mask |= 1L << number(name);
        }
        return mask;
    }

    /** The names of the bits that are set, in the order of their numbers; bits without a name are left out. */
    public static Set<String> namesOf(long mask) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < NAMES.size(); i++) {
            if ((mask >>> i & 1) != 0) {
                names.add(NAMES.get(i));
            }
        }
        return Collections.unmodifiableSet(names);
    }

    /** All that this machine's kernel and this class know. */
    public static Set<String> all() {
        return namesOf(-1L >>> 63 - Math.min(last(), NAMES.size() - 1));
    }

    /**
     * The default set changed as a user asks: {@code ALL} may be added or dropped, and what is added by name wins over what is dropped, as
     * with Docker's {@code --cap-add} and {@code --cap-drop}. Fails with {@link IllegalArgumentException} in Docker's words for a name
     * that is unknown here or to the kernel.
     */
    public static Set<String> resolve(Collection<String> add, Collection<String> drop) {
        Set<String> added = named(add);
        Set<String> dropped = named(drop);
        long mask;
        if (added.contains(ALL)) {
            mask = maskOf(all()) & ~maskOf(without(dropped));
        } else if (dropped.contains(ALL)) {
            mask = maskOf(added);
        } else {
            mask = maskOf(DEFAULT) & ~maskOf(dropped) | maskOf(added);
        }
        return namesOf(mask);
    }

    /** {@code ALL}, or the canonical name of one that the kernel knows. Fails as {@link #resolve} does. */
    public static String known(String wish) {
        if (wish.equalsIgnoreCase(ALL)) {
            return ALL;
        }
        int number = number(wish);
        if (number > last()) {
            throw new IllegalArgumentException("capability not supported by your kernel or not available in the"
                    + " current environment: \"" + NAMES.get(number) + "\"");
        }
        return NAMES.get(number);
    }

    private static Set<String> named(Collection<String> wishes) {
        Set<String> names = new TreeSet<>();
        wishes.forEach(wish -> names.add(known(wish)));
        return names;
    }

    private static Set<String> without(Set<String> names) {
        Set<String> rest = new TreeSet<>(names);
        rest.remove(ALL);
        return rest;
    }

    private static String prefixed(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper : "CAP_" + upper;
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("unknown capability: \"" + name + "\"");
    }

    /** The highest number that this machine's kernel knows; capabilities above must not be set. */
    public static int last() {
        return Kernel.LAST;
    }

    /** The header that capget(2) and capset(2) want: version 3, and 0 for the calling thread. */
    public static byte[] header() {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putInt(VERSION)
                .putInt(0)
                .array();
    }

    /** The data of capset(2), version 3: effective, permitted and inheritable, first all lower and then all upper halves. */
    public static byte[] data(long effective, long permitted, long inheritable) {
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
        for (int shift : new int[] {0, 32}) {
            data.putInt((int) (effective >>> shift));
            data.putInt((int) (permitted >>> shift));
            data.putInt((int) (inheritable >>> shift));
        }
        return data.array();
    }

    private static final class Kernel {
        private static final int LAST = read(Path.of("/proc/sys/kernel/cap_last_cap"));

        private static int read(Path file) {
            // Files.readString begins with one byte, and the kernel gives such a number only in one piece.
            try (BufferedReader reader = Files.newBufferedReader(file)) {
                return Integer.parseInt(reader.readLine());
            } catch (IOException e) {
                throw new IllegalStateException(file + " cannot be read: /proc must be mounted", e);
            }
        }
    }
}
