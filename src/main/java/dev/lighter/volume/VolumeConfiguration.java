package dev.lighter.volume;

import dev.lighter.http.LighterProperties;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what knows nothing of Spring. */
@Configuration(proxyBeanMethods = false)
class VolumeConfiguration {
    @Bean
    VolumeDirectories volumeDirectories(LighterProperties properties) throws IOException {
        return new VolumeDirectories(properties.data());
    }

    @Bean
    VolumeContent volumeContent(VolumeDirectories directories) {
        return new VolumeContent(directories);
    }
}
