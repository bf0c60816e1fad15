package dev.lighter.container;

import dev.lighter.container.ContainerSpec.Isolation;
import dev.lighter.container.ContainerSpec.Isolation.Device;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.Capabilities;
import dev.lighter.kernel.cgroup.DeviceRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Completes what a container asks of its isolation and refuses what cannot be, in Docker's words where clients look at them. */
final class IsolationChecks {
    /** The one runtime that there is. */
    static final String RUNTIME = "lighter";

    private static final String CONTAINER = "container:";
    private static final Pattern ACCESS = Pattern.compile("(?!.*(.).*\\1)[rwm]{1,3}");
    private static final int MOST_DEVICES = 512;
    private static final int MOST_PATHS = 256;
    private static final int LONGEST_PATH = 4095;
    private static final int LONGEST_DOMAIN = 64;
    private static final int MOST_ROWS = 65535;

    private IsolationChecks() {}

    static Isolation check(ContainerRequest request) {
        Isolation asked = request.isolation();
        String pidMode = mode("PID", asked.pidMode(), Set.of("", "host"), true);
        String ipcMode = mode("IPC", asked.ipcMode(), Set.of("", "none", "private", "shareable", "host"), true);
        String utsMode = mode("UTS", asked.utsMode(), Set.of("", "host"), false);
        String cgroupnsMode = mode("cgroup namespace", asked.cgroupnsMode(), Set.of("", "private", "host"), false);
        if (utsMode.equals("host") && !request.hostname().isEmpty()) {
            throw EngineException.invalid("conflicting options: hostname and the UTS mode");
        }
        if (utsMode.equals("host") && !request.domainname().isEmpty()) {
            throw EngineException.invalid("conflicting options: domainname and the UTS mode");
        }
        if (!request.domainname().isEmpty()
                && (request.domainname().length() > LONGEST_DOMAIN
                        || request.domainname().chars().anyMatch(c -> c <= ' ' || c > '~'))) {
            throw EngineException.invalid("Domainname: \"" + request.domainname() + "\" is not a name of at most "
                    + LONGEST_DOMAIN + " characters");
        }
        if (asked.shmSize() < 0) {
            throw EngineException.invalid("SHM size can not be less than 0");
        }
        if (!asked.runtime().isEmpty() && !asked.runtime().equals(RUNTIME)) {
            throw EngineException.invalid("unknown or invalid runtime name: " + asked.runtime()
                    + ": leave HostConfig.Runtime out, or use " + RUNTIME);
        }
        if (!asked.technology().isEmpty() && !asked.technology().equalsIgnoreCase("default")) {
            throw EngineException.invalid("HostConfig.Isolation: invalid isolation \"" + asked.technology()
                    + "\" on linux: leave it out, or use default");
        }
        notes(asked.notes());
        for (String rule : asked.deviceCgroupRules()) {
            deviceRule(rule);
        }
        Isolation complete = new Isolation(
                asked.privileged(),
                devices(asked.devices()),
                asked.deviceCgroupRules(),
                paths("MaskedPaths", asked.maskedPaths()),
                paths("ReadonlyPaths", asked.readonlyPaths()),
                pidMode,
                ipcMode.isEmpty() ? "private" : ipcMode,
                utsMode,
                cgroupnsMode.isEmpty() ? "private" : cgroupnsMode,
                asked.init(),
                Map.copyOf(asked.sysctls()),
                asked.shmSize() == 0 ? Isolation.USUAL.shmSize() : asked.shmSize(),
                RUNTIME,
                asked.technology(),
                asked.notes());
        Sysctls.check(complete.sysctls(), complete, request.network());
        return complete;
    }

    private static String mode(String kind, String mode, Set<String> known, boolean others) {
        boolean other = others && mode.startsWith(CONTAINER) && mode.length() > CONTAINER.length();
        if (!other && !known.contains(mode)) {
            throw EngineException.invalid("invalid " + kind + " mode: " + mode + ": use "
                    + String.join(", ", known.stream().filter(one -> !one.isEmpty()).sorted().toList())
                    + (others ? " or container:<name|id>" : ""));
        }
        return mode;
    }

    private static void notes(ContainerSpec.Notes notes) {
        for (String name : notes.annotations().keySet()) {
            if (name.isBlank()) {
                throw EngineException.invalid("HostConfig.Annotations: an annotation has no name");
            }
        }
        List<Integer> size = notes.consoleSize();
        if (size.size() != 2 || size.stream().anyMatch(one -> one < 0 || one > MOST_ROWS)) {
            throw EngineException.invalid(
                    "HostConfig.ConsoleSize: " + size + " is not a size: give height and width, such as [24, 80]");
        }
    }

    /** What a rule of {@code HostConfig.DeviceCgroupRules} allows. */
    static List<DeviceRule> deviceRule(String rule) {
        try {
            return DeviceRule.parse(rule);
        } catch (IllegalArgumentException e) {
            throw EngineException.invalid("HostConfig.DeviceCgroupRules: " + e.getMessage()
                    + ": write it as type major:minor access, such as c 10:* rwm");
        }
    }

    private static List<Device> devices(List<Device> asked) {
        if (asked.size() > MOST_DEVICES) {
            throw EngineException.invalid("HostConfig.Devices: more than " + MOST_DEVICES + " are named");
        }
        List<Device> devices = new ArrayList<>();
        for (Device device : asked) {
            String inside = device.pathInContainer().isEmpty() ? device.pathOnHost() : device.pathInContainer();
            String access = device.cgroupPermissions().isEmpty() ? "rwm" : device.cgroupPermissions();
            path("Devices", device.pathOnHost());
            path("Devices", inside);
            if (!ACCESS.matcher(access).matches()) {
                throw EngineException.invalid("HostConfig.Devices: \"" + access
                        + "\" is not a permission: use any of r, w and m, each once");
            }
            devices.add(new Device(device.pathOnHost(), inside, access));
        }
        return List.copyOf(devices);
    }

    private static @Nullable List<String> paths(String field, @Nullable List<String> paths) {
        if (paths == null) {
            return null;
        }
        if (paths.size() > MOST_PATHS) {
            throw EngineException.invalid("HostConfig." + field + ": more than " + MOST_PATHS + " paths are named");
        }
        paths.forEach(one -> path(field, one));
        return List.copyOf(paths);
    }

    private static void path(String field, String path) {
        if (!path.startsWith("/") || path.length() > LONGEST_PATH || path.indexOf('\0') >= 0) {
            throw EngineException.invalid(
                    "HostConfig." + field + ": \"" + path.replace("\0", "\\0") + "\" is not an absolute path");
        }
        Path parsed = Path.of(path);
        if (!parsed.equals(parsed.normalize()) || parsed.getNameCount() == 0) {
            throw EngineException.invalid(
                    "HostConfig." + field + ": \"" + path + "\" must name something, without . and ..");
        }
    }

    /** Names of capabilities as inspection shows them. */
    static List<String> capabilities(String field, List<String> names) {
        List<String> canonical = new ArrayList<>();
        for (String name : names) {
            try {
                canonical.add(Capabilities.known(name));
            } catch (IllegalArgumentException e) {
                throw EngineException.invalid("invalid " + field + ": " + e.getMessage());
            }
        }
        return List.copyOf(canonical);
    }
}
