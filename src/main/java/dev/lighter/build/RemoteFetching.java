package dev.lighter.build;

import dev.lighter.error.EngineException;
import dev.lighter.image.FetchRules;
import dev.lighter.image.RemoteFile;
import dev.lighter.kernel.Sha256Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import org.springframework.stereotype.Component;

/** Fetches files over HTTP and repositories with the host's git, both where {@link FetchRules} allow it. Safe for all threads. */
@Component
class RemoteFetching implements RemoteSources {
    private static final int BUFFER = 128 * 1024;

    private final BuildSettings settings;
    private final FetchRules rules;
    private final RemoteFile files;

    RemoteFetching(BuildSettings settings, FetchRules rules, RemoteFile files) {
        this.settings = settings;
        this.rules = rules;
        this.files = files;
    }

    @Override
    public String file(String url, String checksum, Path directory) throws IOException {
        if (!checksum.isEmpty() && !checksum.matches("sha256:[0-9a-f]{64}")) {
            throw EngineException.invalid("--checksum=" + checksum + ": say sha256: and 64 digits");
        }
        String path = String.valueOf(rules.parse(url).getPath());
        String last = path.substring(path.lastIndexOf('/') + 1);
        boolean named = !last.isEmpty() && !last.equals(".") && !last.equals("..") && last.indexOf(0) < 0;
        Path file = directory.resolve(named ? last : "download");
        HttpResponse<InputStream> answer = files.fetch(url);
        String sum;
        try (InputStream body = answer.body()) {
            sum = save(body, file, url);
        }
        if (!checksum.isEmpty() && !checksum.equals("sha256:" + sum)) {
            throw EngineException.invalid("digest mismatch sha256:" + sum + ": " + checksum + " (" + url + ")");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setLastModifiedTime(file, FileTime.from(modified(answer)));
        return String.valueOf(file.getFileName());
    }

    private static Instant modified(HttpResponse<?> answer) {
        try {
            return answer.headers()
                    .firstValue("Last-Modified")
                    .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .orElse(Instant.EPOCH);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private String save(InputStream body, Path file, String url) throws IOException {
        MessageDigest sha256 = Sha256Digest.create();
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

    @Override
    public void repository(GitAddress address, boolean keepGitDirectory, String checksum, Path directory)
            throws IOException {
        String url = address.url();
        if (!url.matches("(https?|git)://.*")) {
            throw EngineException.invalid(
                    url + ": repositories are fetched over https, http and git; for ssh the engine" + " has no keys");
        }
        URI uri = rules.parse(url.replaceFirst("^git:", "http:"));
        rules.check(uri, true);
        new GitCheckout(directory, settings.fetchTimeout()).fetch(address, keepGitDirectory, checksum);
    }
}
