package dev.lighter.container;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about containers.
 *
 * @param unattendedLogBytes how large a stream of a log may grow while no engine is there to watch it
 * @param init whether containers that do not say have an init as their first process
 */
@ConfigurationProperties("lighter.containers")
public record ContainerSettings(
        @DefaultValue("4294967296") long unattendedLogBytes,
        @DefaultValue("false") boolean init) {}
