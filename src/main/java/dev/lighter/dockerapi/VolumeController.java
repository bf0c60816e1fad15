package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.http.DockerVersionFilter;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Volumes, on Docker's paths. */
@RestController
@Tag(name = "Docker: volumes", description = "Create, look at and remove what outlives containers")
class VolumeController {
    private final VolumeService volumes;

    VolumeController(VolumeService volumes) {
        this.volumes = volumes;
    }

    @GetMapping("/volumes")
    @Operation(summary = "List volumes")
    VolumeList list(
            @Parameter(
                            description = "Names with values as JSON: name, driver, label, dangling",
                            example = "{\"dangling\":[\"true\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters) {
        List<VolumeView> found = volumes.list().stream()
                .filter(VolumeFilter.listed(filters, volumes))
                .map(volume -> VolumeView.of(volume, volumes, null))
                .toList();
        return new VolumeList(found, null);
    }

    @PostMapping("/volumes/create")
    @Operation(
            summary = "Create a volume",
            description = "A directory, or with the options type, o and device of mount(8) another place or filesystem."
                    + " Where there is one of the name, that is the answer.")
    @ApiResponse(responseCode = "201", description = "Created")
    ResponseEntity<VolumeView> create(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = VolumeCreateBody.class),
                                            examples = @ExampleObject("{\"Name\":\"data\"}")))
                    @RequestBody(required = false)
                    @Nullable
                    VolumeCreateBody body) {
        VolumeCreateBody asked = body == null ? new VolumeCreateBody() : body;
        Volume created = volumes.create(asked.toRequest());
        return ResponseEntity.status(HttpStatus.CREATED).body(VolumeView.of(created, volumes, null));
    }

    @GetMapping("/volumes/{name}")
    @Operation(summary = "Inspect a volume")
    @ApiResponse(responseCode = "200", description = "The volume")
    @ApiResponse(responseCode = "404", description = "There is none")
    VolumeView inspect(@Parameter(example = "data") @PathVariable String name) {
        return VolumeView.of(volumes.get(name), volumes, null);
    }

    @DeleteMapping("/volumes/{name}")
    @Operation(summary = "Remove a volume", description = "With all it holds. Containers must not have it.")
    @ApiResponse(responseCode = "204", description = "Removed")
    @ApiResponse(responseCode = "409", description = "A container has it")
    ResponseEntity<Void> delete(
            @PathVariable String name,
            @Parameter(description = "Say nothing when there is none") @RequestParam(defaultValue = "false")
                    boolean force) {
        volumes.remove(name, force);
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/volumes/prune")
    @Operation(
            summary = "Remove the volumes that no container has",
            description = "Those without names of their own; all of them with the filter all=true.")
    VolumePruneAnswer prune(
            @Parameter(description = "Names with values as JSON: all, label, label!", example = "{\"all\":[\"true\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters,
            HttpServletRequest request) {
        VolumeService.Pruned pruned =
                volumes.prune(VolumeFilter.pruned(filters, volumes, DockerVersionFilter.minorVersion(request)));
        return new VolumePruneAnswer(pruned.volumes().stream().map(Volume::name).toList(), pruned.bytes());
    }

    /** Of swarms only. */
    @PutMapping("/volumes/{name}")
    @Hidden
    void update(@PathVariable String name) {
        volumes.get(name);
        throw EngineException.unavailable(
                "This node is not a swarm manager: volumes of the driver local do not change");
    }
}
