package dev.lighter.registry;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about the registry.
 *
 * @param mostUploads how many uploads there are at a time
 * @param uploadIdle after how much time without a byte an upload is given up
 * @param unusedBlob how long a blob is kept that no manifest refers to
 */
@ConfigurationProperties("lighter.registry")
record RegistrySettings(
        @DefaultValue("200") int mostUploads,
        @DefaultValue("1h") Duration uploadIdle,
        @DefaultValue("1h") Duration unusedBlob) {}
