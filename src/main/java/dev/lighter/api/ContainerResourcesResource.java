package dev.lighter.api;

import dev.lighter.container.ContainerLimits;
import dev.lighter.container.ContainerMeter;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerUsage;
import dev.lighter.container.ContainerView;
import dev.lighter.container.process.ContainerProcesses;
import dev.lighter.container.process.ContainerProcesses.ContainerProcess;
import dev.lighter.error.EngineException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.io.IOException;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What containers use, and what they may use. */
@RestController
@Tag(name = "Containers")
class ContainerResourcesResource {
    private static final long INTERVAL_MILLIS = 1000;

    private final ContainerService containers;
    private final ContainerMeter meter;
    private final ContainerLimits limits;
    private final ContainerProcesses processes;
    private final EventStreams streams;

    ContainerResourcesResource(
            ContainerService containers,
            ContainerMeter meter,
            ContainerLimits limits,
            ContainerProcesses processes,
            EventStreams streams) {
        this.containers = containers;
        this.meter = meter;
        this.limits = limits;
        this.processes = processes;
        this.streams = streams;
    }

    @GetMapping("/api/stats")
    @Operation(
            summary = "Show what all running containers use",
            description = "One reading of each, all read for this request.")
    List<StatsAnswer> all() {
        return StatsAnswer.of(meter.usages());
    }

    @GetMapping("/api/containers/{id}/stats")
    @Operation(
            summary = "Show what a container uses",
            description = "One reading. Shares of processors come from two, see the stream.")
    StatsAnswer stats(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        return StatsAnswer.of(meter.usage(id), null);
    }

    @GetMapping(path = "/api/containers/{id}/stats/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow what a container uses",
            description =
                    "Server-sent events named stats, one each second, also while it does not run; then, when it has been"
                            + " removed, one named end.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = StatsAnswer.class),
                            examples = @ExampleObject("""
                            event:stats
                            data:{"running":true,"cpuPercent":49.8,"memoryBytes":12582912,"processes":3}

                            event:end
                            data:{}
                            """)))
    SseEmitter follow(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        String full = containers.get(id).id();
        return streams.open(emitter -> send(full, emitter));
    }

    private void send(String id, SseEmitter emitter) throws IOException, InterruptedException {
        ContainerUsage before = null;
        long next = System.nanoTime();
        do {
            ContainerUsage now;
            try {
                now = meter.usage(id);
            } catch (EngineException e) {
                if (e.kind() != EngineException.Kind.NOT_FOUND) {
                    throw e;
                }
                break;
            }
            emitter.send(
                    SseEmitter.event().name("stats").data(StatsAnswer.of(now, before), MediaType.APPLICATION_JSON));
            before = now;
            next += INTERVAL_MILLIS * 1_000_000;
        } while (meter.awaitNext(id, (next - System.nanoTime()) / 1_000_000));
        emitter.send(SseEmitter.event().name("end").data("{}"));
    }

    @GetMapping("/api/containers/{id}/processes")
    @Operation(
            summary = "List a container's processes",
            description = "With the ids and users of the host. None while it does not run.")
    List<ContainerProcess> processes(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        return processes.processes(id);
    }

    @GetMapping("/api/containers/{id}/limits")
    @Operation(summary = "Show a container's limits", description = "And its restart policy.")
    LimitsAnswer limits(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        return LimitsAnswer.of(containers.get(id));
    }

    @PatchMapping("/api/containers/{id}/limits")
    @Operation(
            summary = "Change a container's limits",
            description =
                    "And its restart policy, at once and for all later starts. When one of them cannot be, none is"
                            + " changed.")
    @ApiResponse(responseCode = "200", description = "The limits from now on")
    LimitsAnswer change(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Valid @RequestBody NewLimits wanted) {
        ContainerView container = containers.get(id);
        return LimitsAnswer.of(limits.update(
                container.id(), wanted.toChange(container.spec().resources().memorySwap())));
    }
}
