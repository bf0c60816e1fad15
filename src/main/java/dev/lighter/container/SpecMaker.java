package dev.lighter.container;

import dev.lighter.container.log.LogOptions;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageConfig;
import dev.lighter.image.ImageDetails;
import dev.lighter.kernel.Capabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Merges a request with its image and refuses what cannot be; by Docker's rules and, where clients match them, in Docker's words. */
final class SpecMaker {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Pattern HOSTNAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._-]{0,62})");

    private SpecMaker() {}

    static ContainerSpec make(String id, ContainerRequest request, ImageDetails image, List<MountPoint> mounts) {
        ImageConfig config = image.config();
        List<String> entrypoint;
        List<String> cmd = request.cmd() == null ? List.of() : request.cmd();
        List<String> asked = request.entrypoint();
        if (asked == null) {
            entrypoint = config.entrypoint();
            cmd = cmd.isEmpty() ? config.cmd() : cmd;
        } else {
            entrypoint = asked.equals(List.of("")) ? List.of() : asked;
            cmd = asked.isEmpty() && cmd.isEmpty() ? config.cmd() : cmd;
        }
        if (entrypoint.isEmpty() && cmd.isEmpty()) {
            throw EngineException.invalid("no command specified");
        }
        Map<String, String> labels = new HashMap<>(config.labels());
        labels.putAll(request.labels());
        String stopSignal = orElse(request.stopSignal(), config.stopSignal());
        if (!stopSignal.isEmpty()) {
            Signals.number(stopSignal);
        }
        ContainerSpec.Isolation isolation = IsolationChecks.check(request);
        ContainerSpec spec = new ContainerSpec(
                request.image(),
                image.id(),
                Instant.now(),
                entrypoint,
                cmd,
                environment(config.env(), request.env()),
                workingDirectory(orElse(request.workingDirectory(), config.workingDir())),
                orElse(request.user(), config.user()),
                hostname(orElse(request.hostname(), usualHostname(id, request.network(), isolation))),
                request.domainname(),
                labels,
                stopSignal,
                request.stopTimeoutSeconds(),
                request.streams(),
                request.autoRemove(),
                request.resources(),
                IsolationChecks.capabilities("CapAdd", request.capAdd()),
                IsolationChecks.capabilities("CapDrop", request.capDrop()),
                request.securityOptions(),
                request.readOnlyRoot(),
                request.groupAdd(),
                NetworkChecks.check(request.network(), request, config.exposedPorts()),
                orElse(request.logDriver(), LogOptions.USUAL_DRIVER),
                request.logOptions(),
                request.supervision().over(config.healthcheck()),
                isolation,
                new ContainerSpec.Storage(
                        mounts,
                        request.storage(),
                        StorageLimit.bytes(request.storage().storageOptions())),
                ContainerSpec.Users.HOST);
        check(spec);
        return spec;
    }

    private static String orElse(String first, String second) {
        return first.isEmpty() ? second : first;
    }

    /** The image's variables, then the request's in their place or behind; a name without value takes the variable away. */
    static List<String> environment(List<String> image, List<String> request) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : image) {
            variables.put(name(variable), variable);
        }
        for (String variable : request) {
            String name = name(variable);
            if (name.isEmpty() || variable.indexOf('\0') >= 0) {
                throw EngineException.invalid("invalid environment variable: " + variable.replace("\0", "\\0"));
            }
            if (variable.contains("=")) {
                variables.put(name, variable);
            } else {
                variables.remove(name);
            }
        }
        return List.copyOf(variables.values());
    }

    private static String name(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? variable : variable.substring(0, equals);
    }

    private static String workingDirectory(String directory) {
        if (directory.isEmpty()) {
            return "/";
        }
        if (!directory.startsWith("/")) {
            throw EngineException.invalid(
                    "the working directory '" + directory + "' is invalid, it needs to be an absolute path");
        }
        List<String> parts = new ArrayList<>();
        for (String part : directory.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** Whoever shares the host's network or its names is called as the host is. */
    private static String usualHostname(String id, NetworkOptions network, ContainerSpec.Isolation isolation) {
        if (!network.isHost() && !isolation.sharesHostNames()) {
            return id.substring(0, 12);
        }
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            throw EngineException.internal("the host's name cannot be read: " + e.getMessage(), e);
        }
    }

    private static String hostname(String hostname) {
        if (!HOSTNAME.matcher(hostname).matches()) {
            throw EngineException.invalid("invalid hostname format: " + hostname);
        }
        return hostname;
    }

    private static void check(ContainerSpec spec) {
        for (String argument : spec.command()) {
            if (argument.indexOf('\0') >= 0) {
                throw EngineException.invalid("an argument of the command contains a NUL character");
            }
        }
        new LogOptions(spec.logDriver(), spec.logOptions()).check();
        Integer stopTimeout = spec.stopTimeoutSeconds();
        if (stopTimeout != null && stopTimeout < -1) {
            throw EngineException.invalid("StopTimeout must be -1 (never kill) or more: " + stopTimeout);
        }
        SecurityOptions.check(spec.securityOptions());
        spec.supervision().check(spec.autoRemove());
        UnhealthyAction.of(spec);
    }

    /** The capabilities of a container with this specification. */
    static Set<String> capabilities(ContainerSpec spec) {
        return spec.isolation().privileged() ? Capabilities.all() : Capabilities.resolve(spec.capAdd(), spec.capDrop());
    }
}
