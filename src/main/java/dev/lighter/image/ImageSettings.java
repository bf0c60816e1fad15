package dev.lighter.image;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about images.
 *
 * @param mostBytes how much one load may bring onto the disk, packed and unpacked together
 * @param mostFiles how many files one load may unpack
 * @param mostExpansion how many times larger than its compressed form something may become, once it is larger than {@code
 *     expansionFromBytes}
 * @param expansionFromBytes the size below which expansion does not matter
 * @param reservedBytes what a load leaves free on the disk, but never more than a twentieth of it
 * @param starterImage whether to make {@code lighter/host} from the host's files at start
 */
@ConfigurationProperties("lighter.images")
public record ImageSettings(
        @DefaultValue("68719476736") long mostBytes,
        @DefaultValue("500000") long mostFiles,
        @DefaultValue("200") int mostExpansion,
        @DefaultValue("268435456") long expansionFromBytes,
        @DefaultValue("67108864") long reservedBytes,
        @DefaultValue("true") boolean starterImage) {}
