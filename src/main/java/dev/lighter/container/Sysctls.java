package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The kernel's parameters that a container can have for itself: those that belong to a namespace of its own. */
final class Sysctls {
    private static final Set<String> OF_QUEUES = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9_.:@/-]*");
    private static final int LONGEST_VALUE = 4000;

    private Sysctls() {}

    /** Refuses, in the words of Docker's runtime, what would change the host or another container. */
    static void check(Map<String, String> sysctls, ContainerSpec.Isolation isolation, NetworkOptions network) {
        sysctls.forEach((name, value) -> {
            String path = path(name);
            String field = "HostConfig.Sysctls: sysctl \"" + name + "\" ";
            boolean queues = OF_QUEUES.contains(path.replace('/', '.')) || path.startsWith("fs/mqueue/");
            if (queues && isolation.ipcMode().equals("host")) {
                throw EngineException.invalid(
                        field + "is not allowed in the hosts ipc namespace: leave it out, or --ipc=host");
            }
            if (path.startsWith("net/") && network.isHost()) {
                throw EngineException.invalid(
                        field + "not allowed in host network namespace: leave it out, or --network=host");
            }
            if (!queues && !path.startsWith("net/")) {
                throw EngineException.invalid(field
                        + "is not in a separate kernel namespace: it is the whole host's; those that can be set begin with"
                        + " net. or fs.mqueue., or are one of kernel.msg*, kernel.shm* and kernel.sem");
            }
            if (value.isEmpty() || value.length() > LONGEST_VALUE || value.indexOf('\0') >= 0) {
                throw EngineException.invalid(field + "has no value that the kernel could take");
            }
        });
    }

    /** What is written, by paths below {@code /proc/sys}. */
    static Map<String, String> byPath(Map<String, String> sysctls) {
        Map<String, String> paths = new LinkedHashMap<>();
        sysctls.forEach((name, value) -> paths.put(path(name), value));
        return paths;
    }

    /** The path of a name; with a slash as its first separator a name is written as the path is, sysctl(8). */
    static String path(String name) {
        boolean slashes = name.indexOf('/') >= 0 && (name.indexOf('.') < 0 || name.indexOf('/') < name.indexOf('.'));
        String path = slashes ? name : swapped(name);
        if (!NAME.matcher(name).matches()
                || List.of(path.split("/", -1)).stream()
                        .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
            throw EngineException.invalid(
                    "HostConfig.Sysctls: \"" + name + "\" is not a name such as net.ipv4.ip_forward");
        }
        return path;
    }

    private static String swapped(String name) {
        StringBuilder path = new StringBuilder(name);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            path.setCharAt(i, c == '.' ? '/' : c == '/' ? '.' : c);
        }
        return path.toString();
    }
}
