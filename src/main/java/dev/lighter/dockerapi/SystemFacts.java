package dev.lighter.dockerapi;

import dev.lighter.http.DockerVersionFilter;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.network.NetworkDriver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What is known of the machine and does not change while the engine runs, read once. Safe for all threads. */
final class SystemFacts {
    private final Cgroups cgroups;
    private final Path data;
    private final String kernelRelease;
    private final String hostName;
    private final String operatingSystem;
    private final String osVersion;
    private final long memoryBytes;
    private final List<String> securityOptions;

    /**
     * @param userNamespaces whether containers have users and groups of their own unless they say otherwise
     */
    SystemFacts(Cgroups cgroups, Path data, boolean userNamespaces) {
        securityOptions = userNamespaces
                ? List.of("name=seccomp,profile=builtin", "name=userns", "name=cgroupns")
                : List.of("name=seccomp,profile=builtin", "name=cgroupns");
        this.cgroups = cgroups;
        this.data = data;
        kernelRelease = firstLine(Path.of("/proc/sys/kernel/osrelease"));
        hostName = firstLine(Path.of("/proc/sys/kernel/hostname"));
        operatingSystem = osRelease("PRETTY_NAME", "Linux");
        osVersion = osRelease("VERSION_ID", "");
        memoryBytes = memoryBytes();
    }

    String kernelRelease() {
        return kernelRelease;
    }

    InfoBody info(int containers, int running, int images) {
        Set<String> controllers = cgroups.controllers();
        boolean cpu = controllers.contains("cpu");
        return new InfoBody(
                UUID.nameUUIDFromBytes((hostName + data).getBytes(StandardCharsets.UTF_8))
                        .toString(),
                containers,
                running,
                0,
                containers - running,
                images,
                "overlay2",
                List.of(List.of("Mounts", "fsopen, fsconfig, fsmount")),
                new InfoBody.Plugins(
                        List.of(),
                        Stream.of(NetworkDriver.values())
                                .map(NetworkDriver::word)
                                .sorted()
                                .toList(),
                        List.of("json-file", "local", "none")),
                controllers.contains("memory"),
                controllers.contains("memory"),
                cpu,
                cpu,
                cpu,
                controllers.contains("cpuset"),
                controllers.contains("pids"),
                firstLine(Path.of("/proc/sys/net/ipv4/ip_forward")).equals("1"),
                false,
                false,
                openDescriptors(),
                Thread.activeCount(),
                Instant.now().toString(),
                "json-file",
                "cgroupfs",
                cgroups.mode() == Cgroups.Mode.V2 ? "2" : "1",
                0,
                kernelRelease,
                operatingSystem,
                osVersion,
                "linux",
                switch (dev.lighter.kernel.Arch.host()) {
                    case X86_64 -> "x86_64";
                    case AARCH64 -> "aarch64";
                },
                Runtime.getRuntime().availableProcessors(),
                memoryBytes,
                "",
                Map.of("InsecureRegistryCIDRs", List.of(), "IndexConfigs", Map.of(), "Mirrors", List.of()),
                List.of(),
                data.toString(),
                "",
                "",
                "",
                hostName,
                List.of(),
                false,
                DockerVersionFilter.dockerVersion(),
                Map.of("lighter", Map.of("path", "lighter")),
                "lighter",
                new InfoBody.Swarm("", "inactive", false),
                true,
                "",
                "lighter",
                securityOptions,
                List.of());
    }

    /** A reader asks for more than one byte at a time, which files below /proc/sys need. */
    private static String firstLine(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String osRelease(String name, String otherwise) {
        Path file = Path.of("/etc/os-release");
        if (!Files.exists(file)) {
            return otherwise;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name + "="))
                    .map(line -> line.substring(name.length() + 1).replace("\"", ""))
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long memoryBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int openDescriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
