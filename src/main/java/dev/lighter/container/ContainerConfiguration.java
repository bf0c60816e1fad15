package dev.lighter.container;

import dev.lighter.container.log.ContainerLogs;
import dev.lighter.container.log.LogSettings;
import dev.lighter.http.LighterProperties;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.launch.ContainerLauncher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the runtime layer, which knows nothing of Spring. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ContainerSettings.class, LogSettings.class})
class ContainerConfiguration {
    /** Engines with different data directories have different parent groups. */
    @Bean
    Cgroups cgroups(LighterProperties properties) throws IOException {
        Path data = properties.data().toAbsolutePath().normalize();
        CRC32 sum = new CRC32();
        sum.update(data.toString().getBytes(StandardCharsets.UTF_8));
        return Cgroups.detect(String.format("lighter-%08x", sum.getValue()));
    }

    @Bean
    ContainerLogs containerLogs(LogSettings settings) {
        return new ContainerLogs(settings);
    }

    @Bean(destroyMethod = "close")
    ContainerLauncher containerLauncher(Cgroups cgroups, ContainerLogs logs, LighterProperties properties)
            throws IOException {
        return new ContainerLauncher(
                cgroups, logs, properties.data().toAbsolutePath().normalize().resolve("base"));
    }
}
