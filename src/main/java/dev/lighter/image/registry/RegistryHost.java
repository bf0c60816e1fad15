package dev.lighter.image.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/** How a registry's name in references leads to its server. */
final class RegistryHost {
    static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_SERVER = "registry-1.docker.io";
    private static final int LONGEST_PORT = 5;

    private RegistryHost() {}

    static boolean isDockerHub(String host) {
        return host.equals(DOCKER_HUB) || host.equals("index.docker.io") || host.equals(DOCKER_HUB_SERVER);
    }

    /** The host and port that serve a registry. */
    static String server(String name) {
        return isDockerHub(name) ? DOCKER_HUB_SERVER : name;
    }

    /** The host of a name with or without a port, without the brackets of IPv6. */
    static String hostOnly(String name) {
        int colon = name.lastIndexOf(':');
        boolean port = colon > name.lastIndexOf(']') && colon >= 0 && name.length() - colon - 1 <= LONGEST_PORT;
        String host = port ? name.substring(0, colon) : name;
        return unbracketed(host).toLowerCase(Locale.ROOT);
    }

    static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Host and port of a URL as references write them; without the port where it is the scheme's own. */
    static String of(URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        return uri.getPort() < 0 ? host : host + ":" + uri.getPort();
    }

    /** Whether two URLs are of the same server, so that what is for one may be told the other. */
    static boolean isSame(URI one, URI other) {
        return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
                && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    /** A URL that a registry sent. Fails where it is none that can be asked. */
    static URI resolve(URI base, String text) throws RegistryException {
        try {
            URI uri = base.resolve(new URI(text));
            if (uri.getHost() == null
                    || !List.of("http", "https")
                            .contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))) {
                throw RegistryException.broken(of(base) + " leads to an address that is neither http nor https");
            }
            if (uri.getUserInfo() != null) {
                throw RegistryException.broken(of(base) + " leads to an address with a user in it");
            }
            return uri;
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw RegistryException.broken(of(base) + " leads to an address that cannot be read");
        }
    }
}
