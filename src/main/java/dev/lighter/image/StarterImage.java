package dev.lighter.image;

import dev.lighter.kernel.Arch;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

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

    private final SortedMap<String, Path> files = new TreeMap<>();
    private final SortedMap<String, Integer> directories = new TreeMap<>();

    /** Finds the files. */
    StarterImage() throws IOException {
        HostFiles host = new HostFiles();
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
            files.put(file.toString().substring(1), file);
        }
        for (String link : List.of("/bin", "/sbin", "/lib", "/lib64")) {
            if (Files.isSymbolicLink(Path.of(link))) {
                files.put(link.substring(1), Path.of(link));
            }
        }
        for (String directory : DIRECTORIES) {
            directories.put(directory, 0755);
        }
        for (String file : files.keySet()) {
            for (int slash = file.lastIndexOf('/'); slash > 0; slash = file.lastIndexOf('/', slash - 1)) {
                directories.putIfAbsent(file.substring(0, slash), 0755);
            }
        }
        for (String link : files.keySet()) {
            directories.remove(link);
        }
        directories.put("root", 0700);
        directories.put("tmp", 01777);
        directories.put("var/tmp", 01777);
        FILES.keySet().forEach(files::remove);
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
        String layer;
        try (BlobIngest ingest = new BlobIngest(attempt, false)) {
            try (OutputStream out = new BufferedOutputStream(new IngestStream(ingest), ChunkPipe.CHUNK);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name())) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                write(tar);
            }
            layer = ingest.end();
            ingest.awaitLayer();
        }
        return new ImageDraft(config(layer), null, List.of(layer));
    }

    private void write(TarArchiveOutputStream tar) throws IOException {
        TreeMap<String, Path> generated = new TreeMap<>(files);
        FILES.keySet().forEach(name -> generated.put(name, Path.of("/")));
        directories.keySet().forEach(name -> generated.put(name, Path.of("/")));
        for (Map.Entry<String, Path> file : generated.entrySet()) {
            String name = file.getKey();
            Integer mode = directories.get(name);
            String text = FILES.get(name);
            if (mode != null) {
                put(tar, new TarArchiveEntry(name + "/"), mode, new byte[0]);
            } else if (text != null) {
                put(tar, new TarArchiveEntry(name), 0644, text.getBytes(StandardCharsets.UTF_8));
            } else if (Files.isSymbolicLink(file.getValue())) {
                TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                entry.setLinkName(Files.readSymbolicLink(file.getValue()).toString());
                put(tar, entry, 0777, new byte[0]);
            } else {
                copy(tar, name, file.getValue());
            }
        }
        tar.finish();
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode, byte[] content)
            throws IOException {
        fix(entry, mode);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void copy(TarArchiveOutputStream tar, String name, Path file) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        fix(entry, mode(file));
        entry.setSize(Files.size(file));
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
    }

    private static void fix(TarArchiveEntry entry, int mode) {
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setUserName("");
        entry.setGroupName("");
        entry.setModTime(0);
    }

    private static int mode(Path file) throws IOException {
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
        return mode | (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE) ? 0555 : 0444);
    }

    private static byte[] config(String layer) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("Env", List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        config.put("Cmd", List.of("/bin/sh"));
        Map<String, Object> history = new LinkedHashMap<>();
        history.put("created", "1970-01-01T00:00:00Z");
        history.put("created_by", "lighter, from the host's own files");
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("type", "layers");
        root.put("diff_ids", List.of(layer));
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("created", "1970-01-01T00:00:00Z");
        file.put("architecture", Arch.host().ociName());
        file.put("os", "linux");
        file.put("config", config);
        file.put("rootfs", root);
        file.put("history", List.of(history));
        return ImageConfigFile.JSON.writeValueAsBytes(file);
    }

    /** Feeds what is written to it to an ingest. */
    private static final class IngestStream extends OutputStream {
        private final BlobIngest ingest;

        IngestStream(BlobIngest ingest) {
            this.ingest = ingest;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                byte[] buffer = ingest.buffer();
                int count = Math.min(length - done, buffer.length);
                System.arraycopy(bytes, offset + done, buffer, 0, count);
                ingest.take(count);
                done += count;
            }
        }
    }
}
