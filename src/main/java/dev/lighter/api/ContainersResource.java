package dev.lighter.api;

import dev.lighter.container.ContainerChanges;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import dev.lighter.launch.Anatomy;
import dev.lighter.network.NetworkService;
import dev.lighter.network.NetworkTraffic;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Containers, in Lighter's own words. */
@RestController
@RequestMapping("/api/containers")
@Tag(name = "Containers", description = "Containers, in Lighter's own words")
class ContainersResource {
    private static final Logger LOG = LoggerFactory.getLogger(ContainersResource.class);

    private static final int MOST_CHANGES = 100_000;

    private final ContainerService containers;
    private final ContainerChanges changes;
    private final NetworkService networks;

    ContainersResource(ContainerService containers, ContainerChanges changes, NetworkService networks) {
        this.containers = containers;
        this.changes = changes;
        this.networks = networks;
    }

    @GetMapping
    @Operation(summary = "List containers", description = "All of them, newest first, running or not.")
    List<ContainerAnswer> list() {
        return containers.list().stream().map(this::answer).toList();
    }

    private ContainerAnswer answer(ContainerView view) {
        return ContainerAnswer.of(
                view,
                networks.endpointsOf(view.id()),
                view.state().isRunning() ? networks.ports(view.id()) : List.of());
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Create a container",
            description =
                    "And start it, unless start is false. When the start fails, nothing of the container is left.")
    @ApiResponse(responseCode = "201", description = "The container")
    ResponseEntity<ContainerAnswer> create(@Valid @RequestBody NewContainer wanted) {
        ContainerView created = containers.create(wanted.toRequest());
        ContainerAnswer answer = answer(created);
        if (wanted.wantsStart()) {
            try {
                containers.start(created.id());
            } catch (EngineException e) {
                discard(created);
                throw e;
            }
            answer = latest(created);
        }
        return ResponseEntity.created(URI.create("/api/containers/" + created.id()))
                .body(answer);
    }

    /** As it is now; a container that ended at once and removed itself is told as it was created. */
    private ContainerAnswer latest(ContainerView created) {
        try {
            return answer(containers.get(created.id()));
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
            return answer(created);
        }
    }

    private void discard(ContainerView created) {
        try {
            containers.remove(created.id(), true, true);
        } catch (EngineException e) {
            LOG.debug("Container {} removes itself", created.shortId(), e);
        }
    }

    @GetMapping("/{id}")
    @Operation(summary = "Show a container")
    ContainerAnswer get(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        return answer(containers.get(id));
    }

    @PostMapping("/{id}/start")
    @Operation(summary = "Start a container", description = "Does nothing when it runs.")
    ContainerAnswer start(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        ContainerView container = containers.get(id);
        containers.start(container.id());
        return latest(container);
    }

    @PostMapping("/{id}/stop")
    @Operation(
            summary = "Stop a container",
            description =
                    "With its stop signal, and by force when that has not helped in time. Does nothing when it does"
                            + " not run. Answers when it has ended.")
    ContainerAnswer stop(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "How long to wait before force; -1 for ever", example = "10")
                    @RequestParam(required = false)
                    @Nullable
                    Integer timeoutSeconds) {
        requireTimeout(timeoutSeconds);
        ContainerView container = containers.get(id);
        containers.stop(container.id(), null, timeoutSeconds);
        return latest(container);
    }

    private static void requireTimeout(@Nullable Integer seconds) {
        if (seconds != null && seconds < -1) {
            throw EngineException.invalid("timeoutSeconds must be -1 or more");
        }
    }

    @PostMapping("/{id}/restart")
    @Operation(
            summary = "Restart a container",
            description = "Stops it, if it runs, as stop does, and starts it. Answers when it runs.")
    ContainerAnswer restart(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "How long to wait before force; -1 for ever", example = "10")
                    @RequestParam(required = false)
                    @Nullable
                    Integer timeoutSeconds) {
        requireTimeout(timeoutSeconds);
        ContainerView container = containers.get(id);
        changes.restart(container.id(), null, timeoutSeconds);
        return latest(container);
    }

    @PostMapping("/{id}/pause")
    @Operation(summary = "Pause a container", description = "All its processes are frozen, and keep what they have.")
    ContainerAnswer pause(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        ContainerView container = containers.get(id);
        changes.pause(container.id());
        return latest(container);
    }

    @PostMapping("/{id}/unpause")
    @Operation(summary = "Let a paused container go on")
    ContainerAnswer unpause(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        ContainerView container = containers.get(id);
        changes.unpause(container.id());
        return latest(container);
    }

    /** A container's new name. */
    @Schema(name = "NewContainerName")
    record NewName(
            @NotBlank(message = "is missing: give the container a name")
            @Schema(example = "builder", requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String name) {}

    @PostMapping("/{id}/rename")
    @Operation(
            summary = "Give a container another name",
            description = "Others on its networks find it by that at once.")
    ContainerAnswer rename(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Valid @RequestBody NewName wanted) {
        ContainerView container = containers.get(id);
        changes.rename(container.id(), String.valueOf(wanted.name()));
        return latest(container);
    }

    @PostMapping("/{id}/kill")
    @Operation(summary = "Send a signal to a container", description = "SIGKILL when none is named.")
    ContainerAnswer kill(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "By name or number", example = "SIGHUP") @RequestParam(defaultValue = "")
                    String signal) {
        ContainerView container = containers.get(id);
        containers.kill(container.id(), signal);
        return latest(container);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a container", description = "With all it wrote.")
    @ApiResponse(responseCode = "204", description = "The container is gone")
    void remove(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "Kill it first when it runs") @RequestParam(defaultValue = "false") boolean force,
            @Parameter(description = "With the volumes without names that only it has")
                    @RequestParam(defaultValue = "true")
                    boolean volumes) {
        containers.remove(id, force, volumes);
    }

    @GetMapping("/{id}/anatomy")
    @Operation(
            summary = "Show how a container was made",
            description =
                    "The system calls of its latest start, in groups, each with what it is for and the time it took."
                            + " Kept after the container has ended.")
    Anatomy anatomy(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        return containers.anatomy(id);
    }

    @GetMapping("/{id}/changes")
    @Operation(
            summary = "Show what a container has changed",
            description = "What it has added, changed and deleted in its image's files, running or not.")
    ChangesAnswer changes(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "The first so many", example = "1000") @RequestParam(defaultValue = "10000")
                    int limit) {
        if (limit < 1 || limit > MOST_CHANGES) {
            throw EngineException.invalid("limit must be between 1 and " + MOST_CHANGES);
        }
        List<ChangesAnswer.Change> changes = new ArrayList<>();
        AtomicBoolean truncated = new AtomicBoolean();
        containers.changes(id, change -> {
            truncated.set(changes.size() == limit);
            if (!truncated.get()) {
                changes.add(ChangesAnswer.Change.of(change));
            }
            return !truncated.get();
        });
        return new ChangesAnswer(changes, truncated.get());
    }

    @GetMapping("/{id}/traffic")
    @Operation(
            summary = "Show a container's traffic",
            description =
                    "What went through each of its links to networks since it started, seen from the container. Nothing"
                            + " while it does not run.")
    List<NetworkTraffic> traffic(@Parameter(description = "Id, its beginning, or name") @PathVariable String id) {
        return networks.traffic(containers.get(id).id());
    }
}
