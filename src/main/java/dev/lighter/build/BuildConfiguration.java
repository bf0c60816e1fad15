package dev.lighter.build;

import dev.lighter.container.ContainerService;
import dev.lighter.container.OutputService;
import dev.lighter.http.LighterProperties;
import dev.lighter.image.ArchiveExtractor;
import dev.lighter.image.ImageAssembly;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageTransfers;
import dev.lighter.image.ImageUsers;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.UserLookup;
import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what knows nothing of Spring. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BuildSettings.class)
class BuildConfiguration {
    @Bean
    Workshop workshop(
            BuildStore store,
            ImageService images,
            ImageAssembly assembly,
            ImageTransfers transfers,
            ContainerService containers,
            OutputService outputs,
            ContainerLauncher launcher,
            ArchiveExtractor extractor,
            RemoteSources remotes,
            LighterProperties properties)
            throws IOException {
        BuildDirectories directories = new BuildDirectories(properties.data());
        BuildCache cache = new BuildCache(store, images);
        return new Workshop(
                images,
                assembly,
                transfers,
                containers,
                outputs,
                launcher,
                extractor,
                new UserLookup(),
                cache,
                directories,
                new CacheMounts(directories, cache),
                remotes);
    }

    @Bean
    CachePruning cachePruning(Workshop workshop, ObjectProvider<ImageUsers> users) {
        return new CachePruning(workshop.images(), workshop.cache(), workshop.mounts(), users::stream);
    }
}
