package dev.lighter.build;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about builds.
 *
 * @param fetchTimeout how long one command of git may take
 * @param mostFetchedBytes how large a fetched file may be
 * @param parallelStages how many stages of one build are built at a time; 0 for as many as there are processors
 */
@ConfigurationProperties("lighter.builds")
public record BuildSettings(
        @DefaultValue("10m") Duration fetchTimeout,
        @DefaultValue("17179869184") long mostFetchedBytes,
        @DefaultValue("0") int parallelStages) {}
