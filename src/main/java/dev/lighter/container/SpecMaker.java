package dev.lighter.container;

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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Merges a request with its image and refuses what cannot be; by Docker's rules and, where clients match them, in Docker's words. */
final class SpecMaker {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final long LEAST_MEMORY = 6L << 20;
    private static final Pattern HOSTNAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._-]{0,62})");
    private static final Set<String> LOG_DRIVERS = Set.of("", "json-file", "local");
    private static final Set<String> ULIMITS = Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

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
                orElse(request.logDriver(), "json-file"),
                request.logOptions(),
                request.supervision().over(config.healthcheck()),
                isolation,
                new ContainerSpec.Storage(mounts, request.storage()),
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
        if (!LOG_DRIVERS.contains(spec.logDriver())) {
            throw EngineException.invalid(
                    "logger: no log driver named '" + spec.logDriver() + "' is registered; use json-file or local");
        }
        Integer stopTimeout = spec.stopTimeoutSeconds();
        if (stopTimeout != null && stopTimeout < -1) {
            throw EngineException.invalid("StopTimeout must be -1 (never kill) or more: " + stopTimeout);
        }
        SecurityOptions.parse(spec.securityOptions());
        spec.supervision().check(spec.autoRemove());
        UnhealthyAction.of(spec);
        resources(spec.resources());
    }

    /** The capabilities of a container with this specification. */
    static Set<String> capabilities(ContainerSpec spec) {
        return spec.isolation().privileged()
                ? Capabilities.all()
                : Capabilities.resolve(spec.capAdd(), spec.capDrop());
    }

    private static void resources(ContainerSpec.Resources resources) {
        if (resources.memory() < 0 || resources.memory() > 0 && resources.memory() < LEAST_MEMORY) {
            throw EngineException.invalid("Minimum memory limit allowed is 6MB");
        }
        if (resources.memorySwap() > 0 && resources.memory() == 0) {
            throw EngineException.invalid(
                    "You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        if (resources.memorySwap() > 0 && resources.memorySwap() < resources.memory()) {
            throw EngineException.invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (resources.memoryReservation() > 0
                && resources.memory() > 0
                && resources.memoryReservation() > resources.memory()) {
            throw EngineException.invalid(
                    "Minimum memory limit can not be less than memory reservation limit, see usage");
        }
        int processors = Runtime.getRuntime().availableProcessors();
        if (resources.nanoCpus() < 0
                || resources.nanoCpus() > 0
                        && (resources.nanoCpus() < 10_000_000 || resources.nanoCpus() > processors * 1_000_000_000L)) {
            throw EngineException.invalid(String.format(
                    Locale.ROOT,
                    "range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available",
                    processors,
                    processors));
        }
        if (resources.nanoCpus() > 0 && resources.cpuPeriod() > 0) {
            throw EngineException.invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }
        if (resources.nanoCpus() > 0 && resources.cpuQuota() > 0) {
            throw EngineException.invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }
        if (resources.cpuPeriod() != 0 && (resources.cpuPeriod() < 1000 || resources.cpuPeriod() > 1_000_000)) {
            throw EngineException.invalid(
                    "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }
        if (resources.cpuQuota() > 0 && resources.cpuQuota() < 1000) {
            throw EngineException.invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }
        if (resources.cpuShares() < 0) {
            throw EngineException.invalid(
                    "invalid CPU shares (" + resources.cpuShares() + "): value must be a positive integer");
        }
        Long pids = resources.pidsLimit();
        if (pids != null && pids < -1) {
            throw EngineException.invalid(
                    "HostConfig.PidsLimit: " + pids + " is not a number of processes; use -1 for no limit");
        }
        for (ContainerSpec.Ulimit ulimit : resources.ulimits()) {
            if (!ULIMITS.contains(ulimit.name())) {
                throw EngineException.invalid("invalid ulimit type: " + ulimit.name());
            }
            if (ulimit.soft() > ulimit.hard() && ulimit.hard() != -1) {
                throw EngineException.invalid("ulimit soft limit must be less than or equal to hard limit: "
                        + ulimit.soft() + " > " + ulimit.hard());
            }
        }
    }
}
