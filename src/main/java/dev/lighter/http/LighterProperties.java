package dev.lighter.http;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the engine listens and keeps its data.
 *
 * @param data the directory of everything the engine keeps
 * @param socket the unix socket
 * @param http the TCP address
 */
@ConfigurationProperties("lighter")
public record LighterProperties(
        @DefaultValue("/var/lib/lighter") Path data,
        @DefaultValue Socket socket,
        @DefaultValue Http http) {
    /** The unix socket for the docker CLI: its path. */
    public record Socket(
            @DefaultValue("/run/lighter/lighter.sock") Path path) {}

    /**
     * The TCP listener.
     *
     * @param address the address to bind, loopback by default
     * @param port the port
     * @param allowedHosts further names that the Host and Origin headers may carry
     */
    public record Http(
            @DefaultValue("127.0.0.1") String address,
            @DefaultValue("8080") int port,
            @DefaultValue({}) List<String> allowedHosts) {}
}
