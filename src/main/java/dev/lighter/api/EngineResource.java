package dev.lighter.api;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.http.DockerVersionFilter;
import dev.lighter.http.LighterProperties;
import dev.lighter.image.ImageService;
import dev.lighter.kernel.Arch;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The engine and its machine. */
@RestController
@Tag(name = "System", description = "The engine and its machine")
class EngineResource {
    private final ContainerService containers;
    private final ImageService images;
    private final LighterProperties properties;

    EngineResource(ContainerService containers, ImageService images, LighterProperties properties) {
        this.containers = containers;
        this.images = images;
        this.properties = properties;
    }

    /** The engine and its machine. */
    @Schema(name = "System")
    record SystemAnswer(
            @Schema(example = "0.1.0") String version,
            @Schema(example = "17.0.15") String java,
            Instant startedAt,

            @Schema(description = "Where TCP is listened on", example = "http://127.0.0.1:8080")
            String address,

            @Schema(example = "/run/lighter/lighter.sock") String socket,
            @Schema(example = "/var/lib/lighter") String dataDirectory,
            Host host,
            Counts containers,

            @Schema(description = "How many images there are")
            int images) {}

    /** The machine. */
    @Schema(name = "Host")
    record Host(
            @Schema(example = "build-1") String name,
            @Schema(example = "6.1.0-18-amd64") String kernel,
            @Schema(example = "amd64") String architecture,
            int processors,
            long memoryBytes,

            @Schema(description = "What could be used without swapping")
            long availableMemoryBytes) {}

    /** How many containers there are. */
    @Schema(name = "ContainerCounts")
    record Counts(int total, int running, int stopped) {}

    @GetMapping("/api/system")
    @Operation(summary = "Show the engine and its machine", description = "Version, addresses, memory, counts.")
    SystemAnswer system() {
        List<ContainerView> all = containers.list();
        int running =
                (int) all.stream().filter(view -> view.state().isRunning()).count();
        return new SystemAnswer(
                DockerVersionFilter.version(),
                Runtime.version().toString(),
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()),
                "http://" + properties.http().address() + ":"
                        + properties.http().port(),
                properties.socket().path().toString(),
                properties.data().toString(),
                new Host(
                        firstLine("/proc/sys/kernel/hostname"),
                        firstLine("/proc/sys/kernel/osrelease"),
                        Arch.host().ociName(),
                        Runtime.getRuntime().availableProcessors(),
                        memory("MemTotal:"),
                        memory("MemAvailable:")),
                new Counts(all.size(), running, all.size() - running),
                images.count());
    }

    private static String firstLine(String file) {
        try (BufferedReader reader = Files.newBufferedReader(Path.of(file))) {
            String line = reader.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long memory(String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
