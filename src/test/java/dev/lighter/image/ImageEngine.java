package dev.lighter.image;

import dev.lighter.engine.TestDatabase;
import dev.lighter.http.LighterProperties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        List<String> arguments = new ArrayList<>(TestDatabase.options(data));
        arguments.add("--lighter.data=" + data);
        for (String property : properties) {
            arguments.add("--" + property);
        }
        context = new SpringApplicationBuilder(Slice.class)
                .web(WebApplicationType.NONE)
                .properties("lighter.images.starter-image=false")
                .run(arguments.toArray(String[]::new));
    }

    ImageService images() {
        return context.getBean(ImageService.class);
    }

    ImagePublishing publishing() {
        return context.getBean(ImagePublishing.class);
    }

    ImageTransfers transfers() {
        return context.getBean(ImageTransfers.class);
    }

    ImageAssembly assembly() {
        return context.getBean(ImageAssembly.class);
    }

    ImageCatalog catalog() {
        return context.getBean(ImageCatalog.class);
    }

    ImageStore store() {
        return context.getBean(ImageStore.class);
    }

    ImageDirectories directories() {
        return context.getBean(ImageDirectories.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
