package dev.lighter.dockerapi;

import dev.lighter.container.ContainerFigures;
import dev.lighter.container.ContainerLimits;
import dev.lighter.container.ContainerMeter;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.container.process.ContainerProcesses;
import dev.lighter.error.EngineException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** What containers use and may use, on Docker's paths. */
@RestController
@Tag(name = "Docker: containers", description = "Create, look at, start, stop, wait for and remove containers")
class ContainerResourceController {
    private static final long INTERVAL_MILLIS = 1000;

    private final ContainerService containers;
    private final ContainerMeter meter;
    private final ContainerLimits limits;
    private final ContainerProcesses processes;
    private final JsonMapper json;

    ContainerResourceController(
            ContainerService containers,
            ContainerMeter meter,
            ContainerLimits limits,
            ContainerProcesses processes,
            JsonMapper json) {
        this.containers = containers;
        this.meter = meter;
        this.limits = limits;
        this.processes = processes;
        this.json = json;
    }

    @PostMapping("/containers/{id}/update")
    @Operation(
            summary = "Change a container's limits",
            description =
                    "And its restart policy, at once and for later starts. What is zero or left out stays as it is.")
    @ApiResponse(responseCode = "200", description = "Changed")
    @ApiResponse(responseCode = "409", description = "It does not go together with what stays, or with what is in use")
    UpdateAnswer update(
            @PathVariable String id,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = UpdateBody.class),
                                            examples =
                                                    @ExampleObject(
                                                            "{\"Memory\":134217728,\"RestartPolicy\":{\"Name\":\"always\"}}")))
                    @RequestBody
                    UpdateBody body) {
        limits.update(containers.get(id).id(), body.toChange());
        return new UpdateAnswer(List.of());
    }

    @GetMapping("/containers/{id}/top")
    @Operation(
            summary = "List a container's processes",
            description = "As ps prints them, with the ids and users of the host.")
    @ApiResponse(responseCode = "200", description = "The processes")
    @ApiResponse(responseCode = "409", description = "It does not run")
    TopAnswer top(
            @PathVariable String id,
            @Parameter(description = "What of them, as for ps: -ef, aux, -o with columns", example = "-o pid,user,args")
                    @RequestParam(name = "ps_args", defaultValue = "-ef")
                    String arguments) {
        return TopAnswer.of(processes.list(id, arguments));
    }

    @GetMapping("/containers/{id}/stats")
    @Operation(
            summary = "Follow what a container uses",
            description = "A JSON object each second until the container is removed, or one. Each has the processor"
                    + " time of the reading before, so that shares can be computed.")
    @ApiResponse(
            responseCode = "200",
            description = "Readings",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = StatsBody.class)))
    void stats(
            @PathVariable String id,
            @Parameter(description = "Each second; otherwise once") @RequestParam(defaultValue = "true") boolean stream,
            @Parameter(description = "At once, without a reading before") @RequestParam(
                            name = "one-shot",
                            defaultValue = "false")
                    boolean oneShot,
            HttpServletResponse response)
            throws IOException {
        if (stream && oneShot) {
            throw EngineException.invalid("cannot have stream=true and one-shot=true");
        }
        ContainerView container = containers.get(id);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        OutputStream output = response.getOutputStream();
        try {
            if (stream) {
                follow(container.id(), output);
            } else {
                once(container, oneShot, output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("following what a container uses was interrupted");
        }
    }

    private void once(ContainerView container, boolean oneShot, OutputStream output)
            throws IOException, InterruptedException {
        ContainerFigures before = null;
        Optional<ContainerFigures> now = meter.figures(container.id());
        if (now.isPresent() && !oneShot) {
            before = now.get();
            now = meter.awaitNext(container.id(), INTERVAL_MILLIS) ? meter.figures(container.id()) : Optional.empty();
        }
        send(container, now.orElse(null), before, output);
    }

    private void follow(String id, OutputStream output) throws IOException, InterruptedException {
        ContainerFigures before = null;
        long next = System.nanoTime();
        do {
            ContainerView container;
            ContainerFigures now;
            try {
                container = containers.get(id);
                now = meter.figures(id).orElse(null);
            } catch (EngineException e) {
                if (e.kind() == EngineException.Kind.NOT_FOUND) {
                    return;
                }
                throw e;
            }
            send(container, now, isOfSameRun(before, now) ? before : null, output);
            output.flush();
            before = now;
            next += INTERVAL_MILLIS * 1_000_000;
        } while (meter.awaitNext(id, (next - System.nanoTime()) / 1_000_000));
    }

    /** Counts begin anew with each start. */
    private static boolean isOfSameRun(@Nullable ContainerFigures before, @Nullable ContainerFigures now) {
        return before != null
                && now != null
                && now.group().cpu().totalNanos() >= before.group().cpu().totalNanos();
    }

    private void send(
            ContainerView container,
            @Nullable ContainerFigures now,
            @Nullable ContainerFigures before,
            OutputStream output)
            throws IOException {
        output.write(json.writeValueAsBytes(
                now == null ? StatsBody.empty(container) : StatsBody.of(container, now, before)));
        output.write('\n');
    }
}
