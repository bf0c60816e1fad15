package dev.lighter.dockerapi;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.http.DockerVersionFilter;
import dev.lighter.http.LighterProperties;
import dev.lighter.image.ImageService;
import dev.lighter.kernel.Arch;
import dev.lighter.kernel.cgroup.Cgroups;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Who answers here, on Docker's paths. */
@RestController
@Tag(name = "Docker: system", description = "The engine itself")
class SystemController {
    private final ContainerService containers;
    private final ImageService images;
    private final SystemFacts facts;

    SystemController(ContainerService containers, ImageService images, Cgroups cgroups, LighterProperties properties) {
        this.containers = containers;
        this.images = images;
        this.facts = new SystemFacts(cgroups, properties.data(), containers.usuallyOwnUsers());
    }

    @RequestMapping(
            path = "/_ping",
            method = {RequestMethod.GET, RequestMethod.HEAD},
            produces = MediaType.TEXT_PLAIN_VALUE)
    @Operation(summary = "Ask whether the engine answers", description = "The headers name the newest API version.")
    ResponseEntity<String> ping() {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .header("Builder-Version", "1")
                .header("Swarm", "inactive")
                .contentType(MediaType.TEXT_PLAIN)
                .body("OK");
    }

    @GetMapping("/version")
    @Operation(summary = "Versions of the engine and its parts")
    VersionBody version() {
        String version = DockerVersionFilter.version();
        String api = "1." + DockerVersionFilter.NEWEST_MINOR;
        String oldest = "1." + DockerVersionFilter.OLDEST_MINOR;
        VersionBody.Details details =
                new VersionBody.Details(api, oldest, "linux", Arch.host().ociName(), facts.kernelRelease());
        return new VersionBody(
                new VersionBody.Platform("Lighter"),
                List.of(new VersionBody.Component("Engine", version, details)),
                DockerVersionFilter.dockerVersion(),
                api,
                oldest,
                "",
                "Java " + Runtime.version(),
                "linux",
                Arch.host().ociName(),
                facts.kernelRelease(),
                "");
    }

    @GetMapping("/info")
    @Operation(summary = "The engine and its machine", description = "Counts, kernel, memory, limits that work here.")
    InfoBody info() {
        List<ContainerView> all = containers.list();
        int running = (int) all.stream().filter(c -> c.state().isRunning()).count();
        return facts.info(all.size(), running, images.count());
    }
}
