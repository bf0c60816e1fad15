package dev.lighter.dockerapi;

import dev.lighter.container.ContainerRequest;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.container.ExecService;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.WaitCondition;
import dev.lighter.container.WaitResult;
import dev.lighter.dockerapi.ContainerSummary.Sizes;
import dev.lighter.error.EngineException;
import dev.lighter.http.DockerVersionFilter;
import dev.lighter.image.ImageService;
import dev.lighter.kernel.Arch;
import dev.lighter.network.NetworkService;
import dev.lighter.volume.VolumeService;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The life of containers on Docker's paths. */
@RestController
@Tag(name = "Docker: containers", description = "Create, look at, start, stop, wait for and remove containers")
class ContainerController {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerController.class);

    private final ContainerService containers;
    private final ImageService images;
    private final NetworkService networks;
    private final VolumeService volumes;
    private final ContainerListing listing;
    private final ExecService execs;
    private final JsonMapper json;

    ContainerController(
            ContainerService containers,
            ImageService images,
            NetworkService networks,
            VolumeService volumes,
            ContainerListing listing,
            ExecService execs,
            JsonMapper json) {
        this.containers = containers;
        this.images = images;
        this.networks = networks;
        this.volumes = volumes;
        this.listing = listing;
        this.execs = execs;
        this.json = json;
    }

    @GetMapping("/containers/json")
    @Operation(summary = "List containers", description = "Newest first; only running ones unless told otherwise.")
    @ApiResponse(
            responseCode = "200",
            description = "The containers",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            array = @ArraySchema(schema = @Schema(implementation = ContainerSummary.class))))
    void list(
            @Parameter(description = "Those that do not run, too") @RequestParam(defaultValue = "false") boolean all,
            @Parameter(description = "The newest so many, running or not") @RequestParam(defaultValue = "0") int limit,
            @Parameter(description = "With the bytes that each wrote") @RequestParam(defaultValue = "false")
                    boolean size,
            @Parameter(
                            description =
                                    "Names with values as JSON: id, name, label, status, exited, ancestor, network, publish, …",
                            example = "{\"status\":[\"running\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ContainerFilter filter = ContainerFilter.parse(filters, containers, images, networks, volumes);
        Stream<ContainerView> found = containers.list().stream()
                .filter(filter)
                .filter(container -> all
                        || limit > 0
                        || filter.choosesStates()
                        || container.state().isRunning()
                        || container.state().isRestarting());
        List<ContainerView> listed = (limit > 0 ? found.limit(limit) : found).toList();
        byte[] list = listing.of(listed, DockerVersionFilter.minorVersion(request), size ? this::sizes : null);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(list.length);
        response.getOutputStream().write(list);
    }

    @PostMapping("/containers/create")
    @Operation(
            summary = "Create a container",
            description =
                    "Makes a container from an image; it does not run yet. Fields that this engine would not carry"
                            + " out are refused by name, never ignored.")
    @ApiResponse(responseCode = "201", description = "Created")
    ResponseEntity<CreateAnswer> create(
            @Parameter(description = "Its name: a letter or digit, then letters, digits, _ . or -", example = "web")
                    @RequestParam(required = false)
                    @Nullable
                    String name,
            @Parameter(description = "linux, or linux with this machine's architecture")
                    @RequestParam(defaultValue = "")
                    String platform,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = CreateBody.class),
                                            examples =
                                                    @ExampleObject(
                                                            "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"60\"],"
                                                                    + "\"HostConfig\":{\"Memory\":67108864}}")))
                    @RequestBody
                    CreateBody body,
            HttpServletRequest request) {
        requirePlatform(platform);
        ContainerRequest wanted = body.toRequest(name, DockerVersionFilter.minorVersion(request));
        ContainerView created = containers.create(wanted);
        return ResponseEntity.status(HttpStatus.CREATED).body(new CreateAnswer(created.id(), warnings(wanted)));
    }

    private static List<String> warnings(ContainerRequest request) {
        List<String> warnings = new ArrayList<>();
        NetworkOptions network = request.network();
        if (network.isHost()
                && (network.publishAllPorts() || !network.portBindings().isEmpty())) {
            warnings.add("Published ports are discarded when using host network mode");
        }
        if (request.resources().memoryPressure().oomKillDisable()
                && request.resources().memory() == 0) {
            warnings.add("OOM killer is disabled for the container, but no memory limit is set, this can result in the"
                    + " system running out of resources.");
        }
        return warnings;
    }

    private static void requirePlatform(String platform) {
        String ours = "linux/" + Arch.host().ociName();
        if (!platform.isEmpty() && !platform.equals("linux") && !(platform + "/").startsWith(ours + "/")) {
            throw EngineException.notFound(
                    "no image for platform " + platform + " can run here: this machine is " + ours);
        }
    }

    @GetMapping("/containers/{id}/json")
    @Operation(summary = "Inspect a container", description = "Everything about it: configuration, state, places.")
    ContainerInspect inspect(
            @PathVariable String id,
            @Parameter(description = "With the bytes it wrote") @RequestParam(defaultValue = "false") boolean size,
            HttpServletRequest request) {
        ContainerView container = containers.get(id);
        NetworkSettingsView network = NetworkSettingsView.of(
                container,
                networks.endpointsOf(container.id()),
                networks.ports(container.id()),
                DockerVersionFilter.minorVersion(request));
        return ContainerInspect.of(
                container,
                network,
                MountView.of(container.spec(), volumes),
                ContainerInspect.Places.of(
                        containers.logDirectory(container.id()), images.layerDirectories(container.rootImageId())),
                execs.ids(container.id()),
                size ? sizes(container) : null);
    }

    private Sizes sizes(ContainerView container) {
        long own = containers.writtenBytes(container.id());
        return new Sizes(own, own + images.sizeBytes(container.spec().imageId()));
    }

    @PostMapping("/containers/{id}/start")
    @Operation(summary = "Start a container")
    @ApiResponse(responseCode = "204", description = "It runs")
    @ApiResponse(responseCode = "304", description = "It ran already")
    ResponseEntity<Void> start(
            @PathVariable String id,
            @Parameter(description = "Accepted for compatibility; without a terminal there is nothing to detach")
                    @RequestParam(required = false)
                    @Nullable
                    String detachKeys) {
        return changed(containers.start(id));
    }

    @PostMapping("/containers/{id}/stop")
    @Operation(
            summary = "Stop a container",
            description = "Sends its stop signal, waits, then kills. Answers when it has ended.")
    @ApiResponse(responseCode = "204", description = "It has stopped")
    @ApiResponse(responseCode = "304", description = "It did not run")
    ResponseEntity<Void> stop(
            @PathVariable String id,
            @Parameter(description = "Instead of its own stop signal", example = "SIGINT")
                    @RequestParam(required = false)
                    @Nullable
                    String signal,
            @Parameter(description = "Seconds to wait before it is killed; -1 for ever", example = "10")
                    @RequestParam(required = false)
                    @Nullable
                    Integer t) {
        return changed(containers.stop(id, signal, t));
    }

    @PostMapping("/containers/{id}/kill")
    @Operation(summary = "Send a signal to a container")
    @ApiResponse(responseCode = "204", description = "Sent")
    ResponseEntity<Void> kill(
            @PathVariable String id,
            @Parameter(description = "A name or a number", example = "SIGHUP") @RequestParam(defaultValue = "SIGKILL")
                    String signal) {
        containers.kill(id, signal);
        return changed(true);
    }

    @DeleteMapping("/containers/{id}")
    @Operation(summary = "Remove a container", description = "With all it wrote, and its log.")
    @ApiResponse(responseCode = "204", description = "Removed")
    ResponseEntity<Void> delete(
            @PathVariable String id,
            @Parameter(description = "With the volumes without names that only it has")
                    @RequestParam(defaultValue = "false")
                    boolean v,
            @Parameter(description = "Kill it first if it runs") @RequestParam(defaultValue = "false") boolean force,
            @Parameter(description = "A link instead, whose path is container/alias: always refused")
                    @RequestParam(defaultValue = "false")
                    boolean link) {
        if (link) {
            containers.get(id);
            throw EngineException.conflict("Conflict, cannot remove the default link name of the container");
        }
        containers.remove(id, force, v);
        return changed(true);
    }

    @PostMapping("/containers/prune")
    @Operation(summary = "Remove the containers that do not run")
    ContainerPruneAnswer prune(
            @Parameter(
                            description = "Names with values as JSON: label, label!, until",
                            example = "{\"until\":[\"24h\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters) {
        PruneFilter meant = PruneFilter.parse(filters, Instant.now());
        return ContainerPruneAnswer.of(containers.prune(container ->
                meant.accepts(container.spec().created(), container.spec().labels())));
    }

    /** Links are part of a container and stay as long as it does. */
    @DeleteMapping("/containers/{id}/{alias}")
    @Hidden
    ResponseEntity<Void> deleteLink(@PathVariable String id, @PathVariable String alias) {
        ContainerView container = containers.get(id);
        throw EngineException.notImplemented("the link " + alias + " of container " + container.name()
                + " cannot be removed: make the container again without it");
    }

    private static ResponseEntity<Void> changed(boolean changed) {
        return ResponseEntity.status(changed ? HttpStatus.NO_CONTENT : HttpStatus.NOT_MODIFIED)
                .build();
    }

    /** The headers are sent at once, so that a client knows that nothing will be missed; the body when the time has come. */
    @PostMapping("/containers/{id}/wait")
    @Operation(
            summary = "Wait for a container",
            description = "Answers with headers at once, and with the exit code when the condition holds.")
    @ApiResponse(
            responseCode = "200",
            description = "How it ended",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = WaitAnswer.class),
                            examples = @ExampleObject("{\"StatusCode\":0}")))
    void await(
            @PathVariable String id,
            @Parameter(description = "not-running, next-exit or removed") @RequestParam(defaultValue = "")
                    String condition,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        CompletableFuture<WaitResult> result = containers.await(id, WaitCondition.parse(condition));
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        if (result.isDone()) {
            json.writeValue(response.getOutputStream(), WaitAnswer.of(result.join()));
            return;
        }
        response.flushBuffer();
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(0);
        var ignored = result.whenComplete((end, failure) -> {
            try {
                json.writeValue(
                        response.getOutputStream(),
                        WaitAnswer.of(end != null ? end : new WaitResult(125, String.valueOf(failure))));
            } catch (IOException | RuntimeException e) {
                LOG.debug("Who waited for a container is gone", e);
            } finally {
                context.complete();
            }
        });
    }
}
