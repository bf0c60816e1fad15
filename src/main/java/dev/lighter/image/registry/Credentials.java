package dev.lighter.image.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * Who somebody is to one registry. Never stored and never printed; empty texts for what was not given.
 *
 * @param serverAddress the registry they are for, as a host or as clients write it, or empty
 * @param identityToken a refresh token (OAuth 2) that stands for user and password
 * @param registryToken a bearer token that is sent as it is
 */
public record Credentials(
        String username, String password, String serverAddress, String identityToken, String registryToken) {
    /** Nobody. */
    public static final Credentials NONE = new Credentials("", "", "", "", "");

    /** Whether they say nothing about anybody. */
    public boolean isEmpty() {
        return username.isEmpty() && password.isEmpty() && identityToken.isEmpty() && registryToken.isEmpty();
    }

    /** Whether they may be shown to this registry. */
    public boolean areFor(String host) {
        return serverAddress.isEmpty() || hostOf(serverAddress).equals(hostOf(host));
    }

    /** The host of an address such as {@code https://index.docker.io/v1/}, with the port where it has one. */
    public static String hostOf(String address) {
        String host = address.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
        int slash = host.indexOf('/');
        host = slash < 0 ? host : host.substring(0, slash);
        return RegistryHost.isDockerHub(host) ? RegistryHost.DOCKER_HUB : host;
    }

    /** The value of the header for basic authentication, RFC 7617. */
    String basic() {
        return "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Says whom they are for, and no secret. */
    @Override
    public String toString() {
        return "credentials for " + (serverAddress.isEmpty() ? "any registry" : hostOf(serverAddress));
    }
}
