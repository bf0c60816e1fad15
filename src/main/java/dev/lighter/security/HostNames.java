package dev.lighter.security;

import dev.lighter.http.LighterProperties;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names under which the engine is reached, as the Host and Origin headers give them. A page of a stranger whose name was made to point
 * here (DNS rebinding) has another name in them.
 */
final class HostNames {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> own = new HashSet<>(LOOPBACK);
    private final Set<String> configured = new HashSet<>();

    HostNames(LighterProperties.Http http) {
        own.add(host(bracketed(http.address())));
        http.allowedHosts().forEach(name -> configured.add(host(bracketed(name))));
        own.addAll(configured);
    }

    /**
     * Whether the engine goes by the name in a Host header.
     *
     * @param localAddress the address that the connection came in on; as a number it cannot be a stranger's name
     */
    boolean isOwn(String hostHeader, String localAddress) {
        String host = host(hostHeader);
        return own.contains(host) || host.equals(host(bracketed(localAddress)));
    }

    /** Whether an administrator named this origin's host. */
    boolean isConfigured(String origin) {
        return configured.contains(host(authority(origin)));
    }

    /** Whether an Origin header names the very host and port of a Host header. */
    static boolean isSame(String origin, String hostHeader) {
        return authority(origin).equalsIgnoreCase(hostHeader.strip());
    }

    private static String authority(String origin) {
        int scheme = origin.indexOf("://");
        return scheme < 0 ? origin : origin.substring(scheme + 3);
    }

    /** The host in lower case without port and without a final dot. */
    private static String host(String hostAndPort) {
        String text = hostAndPort.strip().toLowerCase(Locale.ROOT);
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        String host = end > 0 ? text.substring(0, end) : text;
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** An IPv6 address as headers have it. */
    private static String bracketed(String address) {
        return address.indexOf(':') != address.lastIndexOf(':') && !address.startsWith("[")
                ? "[" + address + "]"
                : address;
    }
}
