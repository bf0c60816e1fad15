package dev.lighter.image;

import dev.lighter.http.LighterProperties;
import java.io.IOException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the parts of this feature that know nothing of Spring. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ImageSettings.class, FetchRules.class})
class ImageConfiguration {
    @Bean
    ImageDirectories imageDirectories(LighterProperties properties) throws IOException {
        return new ImageDirectories(properties.data());
    }

    @Bean
    ImageCatalog imageCatalog(ImageStore store, ImageDirectories directories) {
        return new ImageCatalog(store, directories);
    }
}
