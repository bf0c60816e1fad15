package dev.lighter.api;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

/** Volumes in Lighter's own words: renamed, copied and measured, too, for which Docker has none. */
@RestController
@RequestMapping("/api/volumes")
@Tag(name = "Volumes", description = "What outlives containers, who has it, and how large it is")
class VolumesResource {
    private final VolumeService volumes;
    private final ContainerService containers;

    VolumesResource(VolumeService volumes, ContainerService containers) {
        this.volumes = volumes;
        this.containers = containers;
    }

    /** A name that is wanted. */
    @Schema(name = "WantedName")
    record WantedName(
            @NotBlank(message = "is missing: name the volume, such as data") @Schema(example = "data") @Nullable
            String name) {}

    /** A copy that is wanted. */
    @Schema(name = "NewVolumeCopy")
    record NewCopy(
            @Schema(description = "A name of 64 digits is made up when it is left out", example = "copy") @Nullable
            String name,

            @Schema(description = "Those of the original when they are left out") @Nullable
            Map<String, String> labels) {}

    /** How large a volume is. */
    @Schema(name = "VolumeSize")
    record Size(
            @Schema(description = "Of its files, each counted once")
            long bytes) {}

    /** What a pruning takes away. */
    @Schema(name = "PrunedVolumes")
    record Pruned(
            List<String> volumes,
            @Schema(description = "That their files hold") long bytes,
            boolean preview) {}

    @GetMapping
    @Operation(summary = "List volumes", description = "By name, each with the containers that have it.")
    List<VolumeAnswer> list() {
        Map<String, ContainerView> known =
                containers.list().stream().collect(Collectors.toMap(ContainerView::id, Function.identity()));
        return volumes.list().stream().map(volume -> answer(volume, known)).toList();
    }

    private VolumeAnswer answer(Volume volume, Map<String, ContainerView> known) {
        List<VolumeAnswer.User> users = volumes.usersOf(volume).stream()
                .map(known::get)
                .filter(Objects::nonNull)
                .map(VolumeAnswer.User::of)
                .toList();
        return VolumeAnswer.of(volume, volumes.mountpoint(volume).toString(), users);
    }

    private VolumeAnswer answer(Volume volume) {
        return answer(
                volume,
                volumes.usersOf(volume).isEmpty()
                        ? Map.of()
                        : containers.list().stream().collect(Collectors.toMap(ContainerView::id, Function.identity())));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Create a volume", description = "Where there is one of the name, that is the answer.")
    @ApiResponse(responseCode = "201", description = "The volume")
    ResponseEntity<VolumeAnswer> create(@Valid @RequestBody NewVolume wanted) {
        return created(volumes.create(wanted.toRequest()));
    }

    private ResponseEntity<VolumeAnswer> created(Volume volume) {
        return ResponseEntity.created(URI.create("/api/volumes/" + volume.name()))
                .body(answer(volume));
    }

    @GetMapping("/{volume}")
    @Operation(summary = "Show a volume")
    VolumeAnswer get(@Parameter(description = "Name or id", example = "data") @PathVariable String volume) {
        return answer(volumes.get(volume));
    }

    @GetMapping("/{volume}/size")
    @Operation(summary = "Measure a volume", description = "Looks at all its files: large volumes take a while.")
    Size size(@Parameter(description = "Name or id", example = "data") @PathVariable String volume) {
        return new Size(volumes.size(volume));
    }

    @PostMapping("/{volume}/rename")
    @Operation(summary = "Rename a volume", description = "Containers that have it keep it, also while they run.")
    VolumeAnswer rename(
            @Parameter(description = "Name or id", example = "data") @PathVariable String volume,
            @Valid @RequestBody WantedName wanted) {
        return answer(volumes.rename(volume, Objects.requireNonNull(wanted.name())));
    }

    @PostMapping("/{volume}/clone")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Copy a volume",
            description = "All its files, sharing bytes where the filesystem can. Pause whoever writes, to have all of"
                    + " one moment.")
    @ApiResponse(responseCode = "201", description = "The copy")
    ResponseEntity<VolumeAnswer> copy(
            @Parameter(description = "Name or id", example = "data") @PathVariable String volume,
            @Valid @RequestBody(required = false) @Nullable NewCopy wanted) {
        String name = wanted == null || wanted.name() == null ? "" : wanted.name();
        Map<String, String> labels = wanted == null || wanted.labels() == null ? Map.of() : wanted.labels();
        return created(volumes.copy(volume, name, labels));
    }

    @DeleteMapping("/{volume}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a volume", description = "With all it holds. Containers must not have it.")
    @ApiResponse(responseCode = "204", description = "The volume is gone")
    void remove(@Parameter(description = "Name or id", example = "data") @PathVariable String volume) {
        volumes.remove(volume, false);
    }

    @PostMapping("/prune")
    @Operation(summary = "Remove the volumes that no container has")
    Pruned prune(
            @Parameter(description = "Those with names of their own, too") @RequestParam(defaultValue = "false")
                    boolean all,
            @Parameter(description = "Only tell what would go") @RequestParam(defaultValue = "false") boolean preview) {
        Predicate<Volume> meant = volume -> all || volume.anonymous();
        if (preview) {
            List<Volume> found = volumes.unused(meant);
            return new Pruned(
                    found.stream().map(Volume::name).toList(),
                    found.stream()
                            .mapToLong(volume -> volumes.size(volume.id()))
                            .sum(),
                    true);
        }
        VolumeService.Pruned pruned = volumes.prune(meant);
        return new Pruned(pruned.volumes().stream().map(Volume::name).toList(), pruned.bytes(), false);
    }
}
