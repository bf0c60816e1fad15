package dev.lighter.image.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about registries.
 *
 * @param mirrors for a registry's host the URLs that are asked before it, in order, without anybody's credentials
 * @param insecureHosts hosts, with a port or for all ports, that may be spoken to in plain HTTP or with a certificate nobody knows;
 *     this machine itself may always in plain HTTP
 * @param certificates a directory with one directory for each host, named {@code host} or {@code host:port}, that holds authorities as
 *     {@code *.crt} and the engine's own certificate as {@code *.cert} with its {@code *.key}, all in PEM
 * @param downloads how many layers come at a time, of all pulls together
 * @param uploads how many blobs leave at a time, of each push
 * @param attempts how often something is tried that fails for a passing reason
 * @param pause how long to wait before the second attempt; each further one waits twice as long
 * @param longestPause the longest wait that a registry may ask for; one that asks for more is reported instead
 * @param connectTimeout how long a connection may take
 * @param answerTimeout how long an answer may take to begin, and a small one to end
 * @param idleTimeout how long a body may rest
 * @param chunkBytes blobs larger than this are sent in pieces of this size
 * @param keepDownloads how long the beginning of a download that was interrupted is kept
 * @param mostDownloads how many of those are kept
 */
@ConfigurationProperties("lighter.registries")
public record RegistrySettings(
        @DefaultValue({}) Map<String, List<String>> mirrors,
        @DefaultValue({}) List<String> insecureHosts,
        @DefaultValue("/etc/lighter/certs.d") Path certificates,
        @DefaultValue("4") int downloads,
        @DefaultValue("4") int uploads,
        @DefaultValue("5") int attempts,
        @DefaultValue("500ms") Duration pause,
        @DefaultValue("30s") Duration longestPause,
        @DefaultValue("15s") Duration connectTimeout,
        @DefaultValue("60s") Duration answerTimeout,
        @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("67108864") long chunkBytes,
        @DefaultValue("7d") Duration keepDownloads,
        @DefaultValue("64") int mostDownloads) {}
