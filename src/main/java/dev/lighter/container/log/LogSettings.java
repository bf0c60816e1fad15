package dev.lighter.container.log;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the logs of containers are bounded that say nothing of it themselves.
 *
 * @param maxSize when a file of the log is full; 0 for never
 * @param maxFile how many files are kept, the one that is written included
 * @param compress whether full files are compressed
 * @param readerBacklog how much of what is no longer kept may still take place for a client that reads behind, before it misses something
 */
@ConfigurationProperties("lighter.log")
public record LogSettings(
        @DefaultValue("50MB") DataSize maxSize,
        @DefaultValue("8") int maxFile,
        @DefaultValue("true") boolean compress,
        @DefaultValue("2GB") DataSize readerBacklog) {
    /** As when nothing is configured. */
    public static final LogSettings USUAL =
            new LogSettings(DataSize.ofMegabytes(50), 8, true, DataSize.ofGigabytes(2));

    /** Checks what administrators wrote. */
    public LogSettings {
        if (maxSize.isNegative() || maxFile < 1 || readerBacklog.isNegative()) {
            throw new IllegalArgumentException("lighter.log.max-size and lighter.log.reader-backlog must not be negative,"
                    + " lighter.log.max-file must be 1 or more");
        }
    }
}
