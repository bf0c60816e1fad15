package dev.lighter.image.registry;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The way to all registries. Safe for all threads. */
public final class RegistryConnections {
    private final RegistrySettings settings;
    private final AddressRules rules;
    private final HttpExchange exchange;

    /** Reads the settings once; certificates are read when they are needed. */
    public RegistryConnections(RegistrySettings settings) {
        this.settings = settings;
        this.rules = new AddressRules(settings.insecureHosts());
        this.exchange = new HttpExchange(settings, new HttpClients(settings, rules));
    }

    /**
     * Where to pull from.
     *
     * @param host the registry as references name it
     * @param path the repository
     */
    public PullSource pull(String host, String path, Credentials credentials) throws RegistryException {
        List<RegistryRepository> repositories = new ArrayList<>();
        for (String mirror : settings.mirrors().getOrDefault(host, List.of())) {
            URI uri = mirror(mirror);
            repositories.add(new RegistryRepository(session(List.of(uri), Credentials.NONE), path, "pull"));
        }
        repositories.add(new RegistryRepository(session(addresses(host), credentials), path, "pull"));
        return new PullSource(repositories);
    }

    /** Where to push to; mirrors are not for that. */
    public RegistryRepository push(String host, String path, Credentials credentials) {
        return new RegistryRepository(session(addresses(host), credentials), path, "pull,push");
    }

    /** Fails with UNAUTHORIZED where a registry does not accept credentials. */
    public void check(String host, Credentials credentials) throws IOException {
        RegistrySession session = session(addresses(host), credentials);
        try (Answer answer = session.send(Call.of("GET", session.at("")), Set.of())) {
            if (!answer.isGood()) {
                throw answer.failure();
            }
        }
    }

    private RegistrySession session(List<URI> addresses, Credentials credentials) {
        return new RegistrySession(addresses, credentials, settings, exchange, rules);
    }

    private List<URI> addresses(String host) {
        String server = RegistryHost.server(host);
        URI secure = URI.create("https://" + server);
        URI plain = URI.create("http://" + server);
        if (!rules.mayBePlain(server)) {
            return List.of(secure);
        }
        // On this machine nobody listens; elsewhere the better one goes first.
        return rules.isInsecure(server) ? List.of(secure, plain) : List.of(plain, secure);
    }

    private URI mirror(String text) throws RegistryException {
        String address = text.contains("://") ? text : "https://" + text;
        URI uri = RegistryHost.resolve(URI.create("https://mirror.invalid"), address.replaceFirst("/+$", ""));
        if (!uri.getScheme().equalsIgnoreCase("https") && !rules.mayBePlain(RegistryHost.of(uri))) {
            throw RegistryException.forbidden(
                    "the mirror " + text + " is to be spoken to in plain HTTP: name its host in"
                            + " lighter.registries.insecure-hosts, too, if that is meant");
        }
        return uri;
    }
}
