package dev.lighter.network;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container's files of names are written from.
 *
 * @param own the container's own addresses, that by which it leads outside first
 * @param nameservers whom it asks for names; empty where no network of its has a name server
 * @param host the address by which it reaches the host; null when by none
 */
public record NameFacts(
        List<InetAddress> own,
        List<InetAddress> nameservers,
        @Nullable InetAddress host) {}
