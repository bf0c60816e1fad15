package dev.lighter.image.registry;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * The HTTP clients: one for all hosts with the machine's authorities, one for each host with certificates of its own, as long as its files
 * are the same, and one for hosts whose identity does not matter. None of them follows redirects. Safe for all threads.
 */
final class HttpClients {
    private final RegistrySettings settings;
    private final AddressRules rules;
    private final Map<String, Keyed> clients = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "lighter-registry");
        thread.setDaemon(true);
        return thread;
    });

    private record Keyed(List<String> files, HttpClient client) {}

    HttpClients(RegistrySettings settings, AddressRules rules) {
        this.settings = settings;
        this.rules = rules;
    }

    /** The client for a host, named with its port where that is not the scheme's own. */
    HttpClient of(String host) throws IOException {
        if (rules.isInsecure(host)) {
            return client("insecure", List.of(), Trust::ofEveryone);
        }
        Path directory = settings.certificates().resolve(host.replace('/', '_'));
        List<String> files = files(directory);
        if (files.isEmpty()) {
            return client("", List.of(), Trust::ofAuthorities);
        }
        return client(host, files, () -> Trust.of(directory));
    }

    private interface Context {
        SSLContext make() throws IOException, GeneralSecurityException;
    }

    private HttpClient client(String key, List<String> files, Context context) throws IOException {
        Keyed known = clients.get(key);
        if (known != null && known.files.equals(files)) {
            return known.client;
        }
        try {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(settings.connectTimeout())
                    .executor(threads)
                    .sslContext(context.make())
                    .build();
            clients.put(key, new Keyed(files, client));
            return client;
        } catch (GeneralSecurityException e) {
            throw RegistryException.of(
                    RegistryException.Reason.UNTRUSTED,
                    "the certificates for " + key + " in " + settings.certificates() + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Names, sizes and times of a host's files: what changes when they do. */
    private static List<String> files(Path directory) throws IOException {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.{crt,cert,key}")) {
            for (Path entry : entries) {
                files.add(entry.getFileName() + " " + Files.size(entry) + " " + Files.getLastModifiedTime(entry));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        Collections.sort(files);
        return files;
    }
}
