package dev.lighter.api;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.container.Snapshot;
import dev.lighter.container.SnapshotCopies;
import dev.lighter.container.Snapshots;
import dev.lighter.network.NetworkService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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

/** Snapshots of containers, and copies of these. */
@RestController
@RequestMapping("/api")
@Tag(name = "Snapshots", description = "What containers were at some moments, and containers made of that")
class SnapshotsResource {
    private final Snapshots snapshots;
    private final SnapshotCopies copies;
    private final ContainerService containers;
    private final NetworkService networks;

    SnapshotsResource(
            Snapshots snapshots, SnapshotCopies copies, ContainerService containers, NetworkService networks) {
        this.snapshots = snapshots;
        this.copies = copies;
        this.containers = containers;
        this.networks = networks;
    }

    /** A snapshot that is wanted. */
    @Schema(name = "NewSnapshot")
    record NewSnapshot(
            @Schema(description = "None when it is left out", example = "before-upgrade") @Nullable
            String name,

            @Schema(example = "{\"purpose\":\"tests\"}") @Nullable
            Map<String, String> labels) {}

    /** Copies that are wanted. */
    @Schema(name = "NewCopies")
    record NewCopies(
            @Schema(description = "One when it is left out", example = "20") @Nullable
            Integer count,

            @Schema(description = "As many as there are copies; generated when left out", example = "[\"db-1\"]")
            @Nullable
            List<String> names,

            @Schema(description = "Whether they are started at once", defaultValue = "true") @Nullable
            Boolean start) {}

    @PostMapping("/containers/{id}/snapshot")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a snapshot of a container",
            description = "Its files and those of its volumes, as they are at one moment: one that runs stands still"
                    + " while they are copied. Not what is in filesystems in memory, in directories of the host, and in"
                    + " volumes whose options say that their files are elsewhere.")
    @ApiResponse(responseCode = "201", description = "The snapshot")
    ResponseEntity<SnapshotAnswer> make(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Valid @RequestBody(required = false) @Nullable NewSnapshot wanted) {
        String name = wanted == null || wanted.name() == null ? "" : wanted.name();
        Map<String, String> labels = wanted == null || wanted.labels() == null ? Map.of() : wanted.labels();
        Snapshot made = snapshots.make(id, name, labels);
        return ResponseEntity.created(URI.create("/api/snapshots/" + made.id())).body(answer(made));
    }

    private SnapshotAnswer answer(Snapshot snapshot) {
        return SnapshotAnswer.of(snapshot, snapshots.volumeBytes(snapshot), containers.list());
    }

    @GetMapping("/snapshots")
    @Operation(summary = "List snapshots", description = "Newest first.")
    List<SnapshotAnswer> list() {
        return snapshots.list().stream().map(this::answer).toList();
    }

    @GetMapping("/snapshots/{id}")
    @Operation(summary = "Show a snapshot")
    SnapshotAnswer get(
            @Parameter(description = "Id, its beginning, or name", example = "before-upgrade") @PathVariable
                    String id) {
        return answer(snapshots.get(id));
    }

    @DeleteMapping("/snapshots/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Remove a snapshot",
            description = "At any time: copies of it go on, and what they need of its files stays until they are gone.")
    @ApiResponse(responseCode = "204", description = "The snapshot is gone")
    void remove(
            @Parameter(description = "Id, its beginning, or name", example = "before-upgrade") @PathVariable
                    String id) {
        snapshots.remove(id);
    }

    @PostMapping("/snapshots/{id}/copies")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make copies of a snapshot",
            description = "Containers like the one it was made of, each with files and volumes of its own that begin as"
                    + " the snapshot's, made and started several at a time. Ports are published at ports of the host"
                    + " that are free; addresses are not fixed. All of them are made, or none.")
    @ApiResponse(responseCode = "201", description = "The copies")
    List<ContainerAnswer> copy(
            @Parameter(description = "Id, its beginning, or name", example = "before-upgrade") @PathVariable String id,
            @Parameter(description = "How many; the same as in the body", example = "20")
                    @RequestParam(required = false)
                    @Nullable
                    Integer count,
            @Valid @RequestBody(required = false) @Nullable NewCopies wanted) {
        NewCopies asked = wanted == null ? new NewCopies(null, null, null) : wanted;
        List<String> names = asked.names() == null ? List.of() : asked.names();
        int number = count != null ? count : asked.count() != null ? asked.count() : Math.max(1, names.size());
        return copies.make(id, number, names, asked.start() == null || asked.start()).stream()
                .map(this::answer)
                .toList();
    }

    private ContainerAnswer answer(ContainerView view) {
        return ContainerAnswer.of(view, networks.endpointsOf(view.id()), networks.ports(view.id()));
    }
}
