package dev.lighter.image;

import dev.lighter.http.LighterProperties;
import java.nio.file.Path;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** The image feature with its database in a directory, without the rest of the engine; can be closed and opened again. */
final class ImageEngine implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableConfigurationProperties(LighterProperties.class)
    @ComponentScan({"dev.lighter.image", "dev.lighter.event"})
    @EntityScan({"dev.lighter.image", "dev.lighter.event"})
    static class Slice {}

    ImageEngine(Path data, String... properties) {
        String[] arguments = new String[properties.length + 1];
        arguments[0] = "--lighter.data=" + data;
        for (int i = 0; i < properties.length; i++) {
            arguments[i + 1] = "--" + properties[i];
        }
        context = new SpringApplicationBuilder(Slice.class)
                .web(WebApplicationType.NONE)
                .properties("lighter.images.starter-image=false")
                .run(arguments);
    }

    ImageService images() {
        return context.getBean(ImageService.class);
    }

    ImageDirectories directories() {
        return context.getBean(ImageDirectories.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
