package dev.lighter.security;

import static org.springframework.web.servlet.function.RequestPredicates.path;

import dev.lighter.build.BuildService;
import dev.lighter.container.ContainerArchives;
import dev.lighter.container.ContainerChanges;
import dev.lighter.container.ContainerCommit;
import dev.lighter.container.ContainerLimits;
import dev.lighter.container.ContainerMeter;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ExecService;
import dev.lighter.container.FileBrowser;
import dev.lighter.container.OutputService;
import dev.lighter.container.SnapshotCopies;
import dev.lighter.container.Snapshots;
import dev.lighter.container.process.ContainerProcesses;
import dev.lighter.content.ContentCheck;
import dev.lighter.image.HostImages;
import dev.lighter.image.ImageArchives;
import dev.lighter.image.ImageComparison;
import dev.lighter.image.ImagePruning;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageTransfers;
import dev.lighter.image.RemoteFile;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.network.NetworkService;
import dev.lighter.team.Identity;
import dev.lighter.volume.VolumeService;
import java.nio.file.Path;
import java.util.Objects;
import org.mockito.Mockito;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.http.MediaType;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The engine's server with its real filters, accounts, Docker paths, resources and pages, on doubles of containers, networks and images: what needs neither root nor
 * a kernel. Not annotated as a configuration, so that no other test finds it by scanning.
 */
@EnableAutoConfiguration
@EntityScan({"dev.lighter.event", "dev.lighter.team"})
@ComponentScan({
    "dev.lighter.api",
    "dev.lighter.dashboard",
    "dev.lighter.dockerapi",
    "dev.lighter.event",
    "dev.lighter.http",
    "dev.lighter.security",
    "dev.lighter.team"
})
public class EngineWithoutContainers {
    /**
     * Keeps everything in a directory. A server that an earlier test ran in this JVM has left its own directory behind as a setting, which
     * the next one would make again.
     */
    public static void keepIn(Path data, DynamicPropertyRegistry registry) {
        System.clearProperty("catalina.home");
        System.clearProperty("catalina.base");
        registry.add("lighter.data", data::toString);
    }

    @Bean
    ContainerService containerService() {
        return Mockito.mock(ContainerService.class);
    }

    @Bean
    BuildService buildService() {
        return Mockito.mock(BuildService.class);
    }

    @Bean
    ContainerChanges containerChanges() {
        return Mockito.mock(ContainerChanges.class);
    }

    @Bean
    ContainerCommit containerCommit() {
        return Mockito.mock(ContainerCommit.class);
    }

    @Bean
    Snapshots snapshots() {
        return Mockito.mock(Snapshots.class);
    }

    @Bean
    SnapshotCopies snapshotCopies() {
        return Mockito.mock(SnapshotCopies.class);
    }

    @Bean
    ContainerLimits containerLimits() {
        return Mockito.mock(ContainerLimits.class);
    }

    @Bean
    ContainerMeter containerMeter() {
        return Mockito.mock(ContainerMeter.class);
    }

    @Bean
    ContainerProcesses containerProcesses() {
        return Mockito.mock(ContainerProcesses.class);
    }

    @Bean
    ContainerArchives containerArchives() {
        return Mockito.mock(ContainerArchives.class);
    }

    @Bean
    FileBrowser fileBrowser() {
        return Mockito.mock(FileBrowser.class);
    }

    @Bean
    ExecService execService() {
        return Mockito.mock(ExecService.class);
    }

    @Bean
    Cgroups cgroups() {
        return Mockito.mock(Cgroups.class);
    }

    @Bean
    OutputService outputService() {
        return Mockito.mock(OutputService.class);
    }

    @Bean
    ImageService imageService() {
        return Mockito.mock(ImageService.class);
    }

    @Bean
    ImageTransfers imageTransfers() {
        return Mockito.mock(ImageTransfers.class);
    }

    @Bean
    HostImages hostImages() {
        return Mockito.mock(HostImages.class);
    }

    @Bean
    ImageComparison imageComparison() {
        return Mockito.mock(ImageComparison.class);
    }

    @Bean
    ImagePruning imagePruning() {
        return Mockito.mock(ImagePruning.class);
    }

    @Bean
    ImageArchives imageArchives() {
        return Mockito.mock(ImageArchives.class);
    }

    @Bean
    RemoteFile remoteFile() {
        return Mockito.mock(RemoteFile.class);
    }

    @Bean
    ContentCheck contentCheck() {
        return Mockito.mock(ContentCheck.class);
    }

    @Bean
    NetworkService networkService() {
        return Mockito.mock(NetworkService.class);
    }

    @Bean
    VolumeService volumeService() {
        return Mockito.mock(VolumeService.class);
    }

    /** Stands for Docker's paths: tells who it is asked by. */
    @Bean
    RouterFunction<ServerResponse> who() {
        return RouterFunctions.route(path("/_who"), request -> {
            Identity identity = (Identity)
                    Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication())
                            .getPrincipal();
            return ServerResponse.ok()
                    .contentType(MediaType.TEXT_PLAIN)
                    .body(Objects.requireNonNull(identity).getName() + " by " + identity.means());
        });
    }
}
