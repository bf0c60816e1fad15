package dev.lighter.image;

import dev.lighter.http.LighterProperties;
import dev.lighter.image.registry.RegistrySettings;
import java.io.IOException;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the parts of this feature that know nothing of Spring. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ImageSettings.class, RegistrySettings.class, FetchRules.class})
class ImageConfiguration {
    @Bean
    ImageDirectories imageDirectories(LighterProperties properties) throws IOException {
        return new ImageDirectories(properties.data());
    }

    @Bean
    ImageCatalog imageCatalog(ImageStore store, ImageDirectories directories, ObjectProvider<BlobOwners> blobOwners) {
        return new ImageCatalog(
                store,
                directories,
                digests -> blobOwners.stream()
                        .flatMap(owners -> owners.needed(digests).stream())
                        .collect(Collectors.toSet()));
    }

    @Bean
    Downloads downloads(ImageDirectories directories, RegistrySettings settings) throws IOException {
        return new Downloads(directories.data(), settings);
    }
}
