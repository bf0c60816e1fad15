package dev.lighter.image.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what of this host never becomes part of an image: whoever has the image has what is in it. Knows the usual places and looks into
 * small files for private keys; it cannot know every secret, so that whole directories deserve a look before their image goes anywhere.
 * Safe for all threads.
 */
public final class HostSecrets {
    private static final String HASHES = "it holds the hashes of passwords";
    private static final String KEY = "it is a private key";
    private static final String CREDENTIALS = "it holds somebody's credentials";
    private static final String IDENTITY = "it is this machine's identity";
    private static final String KERNEL =
            "it is not kept on a disk but made by the kernel or for the time until the next boot";
    private static final long LARGEST_KEY = 64 * 1024;
    private static final Set<String> KERNEL_DIRECTORIES = Set.of("proc", "sys", "dev", "run");
    private static final Map<PathMatcher, String> PLACES = places();

    private final Path data;

    /** @param data the engine's own directory, of which nothing is given away */
    public HostSecrets(Path data) {
        this.data = data;
    }

    private static Map<PathMatcher, String> places() {
        Map<PathMatcher, String> places = new LinkedHashMap<>();
        add(places, HASHES, "/etc/{shadow,gshadow,security/opasswd}{,-}", "/etc/.pwd.lock");
        add(places, "it says who may become root here", "/etc/sudoers", "/etc/sudoers.d/**");
        add(
                places,
                KEY,
                "/etc/ssl/private/**",
                "/etc/ssh/ssh_host_*_key",
                "{,/**}/*.keytab",
                "/etc/{wireguard,ppp}/**");
        add(
                places,
                CREDENTIALS,
                "{,/**}/.ssh/**",
                "{,/**}/.gnupg/**",
                "{,/**}/.aws/**",
                "{,/**}/.kube/**",
                "{,/**}/.docker/**",
                "{,/**}/.{netrc,pgpass,git-credentials,npmrc,my.cnf,*_history}");
        add(
                places,
                IDENTITY,
                "/etc/machine-id",
                "/var/lib/dbus/machine-id",
                "/var/lib/systemd/{random-seed,credential.secret}");
        return places;
    }

    private static void add(Map<PathMatcher, String> places, String reason, String... patterns) {
        for (String pattern : patterns) {
            places.put(FileSystems.getDefault().getPathMatcher("glob:" + pattern), reason);
        }
    }

    /**
     * Why a file or directory must stay here, as the end of a sentence; null where it need not.
     *
     * @param real an absolute path without symbolic links
     */
    @Nullable
    String reason(Path real) throws IOException {
        if (real.startsWith(data)) {
            return "it is the engine's own";
        }
        boolean directory = Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS);
        if (real.getNameCount() > 0
                && KERNEL_DIRECTORIES.contains(real.getName(0).toString())) {
            return directory && real.getNameCount() == 1 ? null : KERNEL;
        }
        for (Map.Entry<PathMatcher, String> place : PLACES.entrySet()) {
            if (place.getKey().matches(real)) {
                return place.getValue();
            }
        }
        return !directory && isPrivateKey(real) ? KEY : null;
    }

    /** Whether a directory is not even worth looking into. */
    boolean isClosed(Path directory) {
        return directory.startsWith(data)
                || directory.getNameCount() == 1
                        && KERNEL_DIRECTORIES.contains(directory.getName(0).toString());
    }

    private static boolean isPrivateKey(Path file) throws IOException {
        if (Files.size(file) > LARGEST_KEY) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] start = in.readNBytes((int) LARGEST_KEY);
            String text = new String(start, StandardCharsets.ISO_8859_1);
            return text.contains("PRIVATE KEY")
                    && text.lines().anyMatch(line -> line.startsWith("-----BEGIN ") && line.contains("PRIVATE KEY"));
        }
    }
}
