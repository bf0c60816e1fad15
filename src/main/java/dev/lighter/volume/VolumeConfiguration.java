package dev.lighter.volume;

import dev.lighter.http.LighterProperties;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what knows nothing of Spring. */
@Configuration(proxyBeanMethods = false)
class VolumeConfiguration {
    @Bean
    ClonePool clonePool(LighterProperties properties) {
        return new ClonePool(properties.data());
    }

    @Bean
    VolumeDirectories volumeDirectories(LighterProperties properties, ClonePool pool) throws IOException {
        return new VolumeDirectories(properties.data(), pool);
    }

    @Bean
    VolumeContent volumeContent(VolumeDirectories directories) {
        return new VolumeContent(directories);
    }
}
