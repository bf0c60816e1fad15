package dev.lighter.container;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about containers.
 *
 * @param unattendedLogBytes how large a stream of a log may grow at most while no engine is there to begin another file; 0 for no limit
 * @param init whether containers that do not say have an init as their first process
 * @param userNamespaces whether containers that do not say have users and groups of their own
 */
@ConfigurationProperties("lighter.containers")
public record ContainerSettings(
        @DefaultValue("4294967296") long unattendedLogBytes,
        @DefaultValue("false") boolean init,
        @DefaultValue("false") boolean userNamespaces) {}
