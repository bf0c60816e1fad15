package dev.lighter.image;

import dev.lighter.image.host.HostFiles;
import dev.lighter.image.host.HostSecrets;
import dev.lighter.image.host.HostTree;
import dev.lighter.kernel.Arch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes {@code lighter/host:latest} from this host's own files, so that a machine without a network can run containers. The same files
 * give the same digest: names are sorted, owners are root, times are fixed. Good for one making.
 */
final class StarterImage {
    static final ImageReference NAME = ImageReference.parse("lighter/host:latest");
    private static final long LARGEST_BYTES = 55_000_000;
    private static final List<String> DIRECTORIES = List.of(
            "dev",
            "etc",
            "home",
            "mnt",
            "opt",
            "proc",
            "root",
            "run",
            "srv",
            "sys",
            "tmp",
            "usr",
            "usr/bin",
            "usr/lib",
            "usr/local",
            "usr/local/bin",
            "usr/sbin",
            "var",
            "var/lib",
            "var/log",
            "var/tmp");
    private static final List<String> TERMINALS = List.of(
            "a/ansi",
            "d/dumb",
            "l/linux",
            "s/screen",
            "s/screen-256color",
            "t/tmux",
            "t/tmux-256color",
            "v/vt100",
            "v/vt220",
            "x/xterm",
            "x/xterm-color",
            "x/xterm-256color");
    private static final Map<String, String> FILES = Map.of(
            "etc/passwd", """
            root:x:0:0:root:/root:/bin/sh
            daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
            bin:x:2:2:bin:/bin:/usr/sbin/nologin
            sys:x:3:3:sys:/dev:/usr/sbin/nologin
            mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
            www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
            nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
            """, "etc/group", """
            root:x:0:
            daemon:x:1:
            bin:x:2:
            sys:x:3:
            adm:x:4:
            tty:x:5:
            disk:x:6:
            mail:x:8:
            www-data:x:33:
            staff:x:50:
            users:x:100:
            nogroup:x:65534:
            """, "etc/nsswitch.conf", """
            passwd: files
            group: files
            hosts: files dns
            """, "etc/os-release", """
            NAME="Lighter host image"
            ID=lighter-host
            PRETTY_NAME="The host's own programs, packed by Lighter"
            """, "etc/profile", """
            export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
            """);

    private final HostTree tree = new HostTree();
    /** When the newest of the programs was changed: what packages bring has the same time on every host. */
    private Instant created = Instant.EPOCH;

    /** Finds the files. */
    StarterImage(HostSecrets secrets) throws IOException {
        HostFiles host = new HostFiles(secrets);
        for (String command : commands()) {
            host.tryCommand(command, LARGEST_BYTES);
        }
        host.addLibrary("libnss_files.so.2");
        host.addLibrary("libnss_dns.so.2");
        host.add(Path.of("/usr/libexec/coreutils/libstdbuf.so"));
        for (String terminal : TERMINALS) {
            host.add(Path.of("/lib/terminfo").resolve(terminal));
            host.add(Path.of("/usr/share/terminfo").resolve(terminal));
        }
        host.add(Path.of("/etc/ssl/certs/ca-certificates.crt"));
        host.add(Path.of("/etc/protocols"));
        host.add(Path.of("/etc/services"));
        host.add(Path.of("/etc/iproute2/rt_scopes"));
        for (Path file : host.found()) {
            tree.take(file, look(file));
            if (file.startsWith("/usr") && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Instant changed = Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.SECONDS);
                created = changed.isAfter(created) ? changed : created;
            }
        }
        for (String link : List.of("/bin", "/sbin", "/lib", "/lib64")) {
            if (Files.isSymbolicLink(Path.of(link))) {
                tree.take(Path.of(link), look(Path.of(link)));
            }
        }
        for (String directory : DIRECTORIES) {
            tree.directory(directory, HostTree.Look.fixed(0755));
        }
        tree.directory("root", HostTree.Look.fixed(0700));
        tree.directory("tmp", HostTree.Look.fixed(01777));
        tree.directory("var/tmp", HostTree.Look.fixed(01777));
        FILES.forEach((name, text) -> tree.text(name, HostTree.Look.fixed(0644), text));
        tree.addParents(name -> HostTree.Look.fixed(0755));
    }

    /** Root's, and for everybody to read: the host's owners mean nothing in the image. */
    private static HostTree.Look look(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return HostTree.Look.fixed(0777);
        }
        int mode = HostTree.Look.of(file).mode();
        return HostTree.Look.fixed(mode | ((mode & 0100) != 0 ? 0555 : 0444));
    }

    private static List<String> commands() throws IOException {
        try (InputStream in = StarterImage.class.getResourceAsStream("starter-commands.txt")) {
            if (in == null) {
                throw new IOException("the list of the starter image's commands is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> List.of(line.split(" ")).stream())
                    .toList();
        }
    }

    /** Packs the files into the attempt as one layer. Gives the image. */
    ImageDraft pack(LoadAttempt attempt) throws IOException {
        String layer = TreeLayer.pack(attempt, tree);
        return new ImageDraft(config(layer), null, List.of(layer));
    }

    private byte[] config(String layer) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("Env", List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        config.put("Cmd", List.of("/bin/sh"));
        Map<String, Object> history = new LinkedHashMap<>();
        history.put("created", created.toString());
        history.put("created_by", "lighter, from the host's own files");
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("type", "layers");
        root.put("diff_ids", List.of(layer));
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("created", created.toString());
        file.put("architecture", Arch.host().ociName());
        file.put("os", "linux");
        file.put("config", config);
        file.put("rootfs", root);
        file.put("history", List.of(history));
        return ImageConfigFile.JSON.writeValueAsBytes(file);
    }
}
