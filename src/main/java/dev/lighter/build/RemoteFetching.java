package dev.lighter.build;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Fetches files over HTTP and repositories with the host's git. Neither leads into the private network unless an administrator allows it;
 * redirects are followed one by one and checked alike. Safe for all threads.
 */
@Component
class RemoteFetching implements RemoteSources {
    private static final int MOST_REDIRECTS = 10;
    private static final int BUFFER = 128 * 1024;

    private final BuildSettings settings;
    private final HttpClient client;

    RemoteFetching(BuildSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.fetchTimeout())
                .build();
    }

    @Override
    public String file(String url, String checksum, Path directory) throws IOException {
        if (!checksum.isEmpty() && !checksum.matches("sha256:[0-9a-f]{64}")) {
            throw EngineException.invalid("--checksum=" + checksum + ": say sha256: and 64 digits");
        }
        HttpResponse<InputStream> answer = answer(url);
        String path = String.valueOf(URI.create(url).getPath());
        String last = path.substring(path.lastIndexOf('/') + 1);
        String name = last.equals(".") || last.equals("..") ? "" : last;
        Path file = directory.resolve(name.isEmpty() ? "download" : name);
        String sum;
        try (InputStream body = answer.body()) {
            sum = save(body, file, url);
        }
        if (!checksum.isEmpty() && !checksum.equals("sha256:" + sum)) {
            throw EngineException.invalid("digest mismatch sha256:" + sum + ": " + checksum + " (" + url + ")");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setLastModifiedTime(file, FileTime.from(modified(answer)));
        return file.getFileName().toString();
    }

    private static Instant modified(HttpResponse<?> answer) {
        try {
            return answer.headers()
                    .firstValue("Last-Modified")
                    .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .orElse(Instant.EPOCH);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private String save(InputStream body, Path file, String url) throws IOException {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        try (DigestInputStream in = new DigestInputStream(body, sha256);
                OutputStream out = Files.newOutputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                total += count;
                if (total > settings.mostFetchedBytes()) {
                    throw EngineException.invalid(url + " is larger than lighter.builds.most-fetched-bytes allows");
                }
                out.write(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private HttpResponse<InputStream> answer(String url) throws IOException {
        URI at = uri(url);
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            check(at.getScheme(), at.getHost());
            HttpResponse<InputStream> answer;
            try {
                answer = client.send(
                        HttpRequest.newBuilder(at)
                                .timeout(settings.fetchTimeout())
                                .header("User-Agent", "lighter")
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw EngineException.conflict("the build was cancelled");
            } catch (IOException e) {
                throw EngineException.invalid("failed to GET " + url + ": "
                        + (e.getMessage() == null ? "the connection failed" : e.getMessage()));
            }
            int status = answer.statusCode();
            if (status == 200) {
                return answer;
            }
            answer.body().close();
            String location = answer.headers().firstValue("Location").orElse("");
            if (status / 100 != 3 || location.isEmpty()) {
                throw EngineException.invalid("failed to GET " + url + " with status " + status);
            }
            at = at.resolve(uri(location));
        }
        throw EngineException.invalid("failed to GET " + url + ": stopped after " + MOST_REDIRECTS + " redirects");
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw EngineException.invalid("\"" + text + "\" is no URL");
        }
    }

    /** Refuses what lies in the private network; this machine itself may be asked. */
    private void check(String scheme, String host) throws UnknownHostException {
        if (scheme == null || host == null || !scheme.toLowerCase(Locale.ROOT).matches("https?|git")) {
            throw EngineException.invalid("only http and https URLs are fetched: not " + scheme);
        }
        if (settings.privateAddresses()) {
            return;
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw EngineException.invalid("lookup " + host + ": no such host");
        }
        for (InetAddress address : addresses) {
            byte[] bytes = address.getAddress();
            boolean unique = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
            boolean carrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
            if (address.isSiteLocalAddress()
                    || address.isLinkLocalAddress()
                    || address.isMulticastAddress()
                    || unique
                    || carrier) {
                throw EngineException.forbidden(host + " is a private address, and nothing is fetched from those: an"
                        + " administrator can allow it with lighter.builds.private-addresses");
            }
        }
    }

    @Override
    public void repository(GitAddress address, boolean keepGitDirectory, String checksum, Path directory)
            throws IOException {
        String url = address.url();
        if (!url.matches("(https?|git)://.*")) {
            throw EngineException.invalid(url + ": repositories are fetched over https, http and git; for ssh the engine"
                    + " has no keys");
        }
        URI uri = uri(url);
        check(uri.getScheme(), uri.getHost());
        new GitCheckout(directory, settings.fetchTimeout()).fetch(address, keepGitDirectory, checksum);
    }
}
