package dev.lighter.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images and bundles to measure with, made on the spot. */
final class SampleImage {
    private static final int LAYERS = 6;
    private static final int FILES_EACH = 950;
    private static final int FILE_BYTES = 80_000;
    private static final List<String> COMMANDS = List.of("sh", "true", "sleep", "yes", "head", "echo");

    private SampleImage() {}

    /** Writes an archive as {@code docker save} does, of six layers with some thousand files, half of them noise; gives its size. */
    static long write(Path archive) throws IOException {
        return write(archive, 2, 16);
    }

    /** The same, of which a third is left when it is packed. */
    static long writeSofter(Path archive) throws IOException {
        return write(archive, 8, 4);
    }

    /** One file of {@code noiseEvery} is noise, the others are words of so many letters. */
    private static long write(Path archive, int noiseEvery, int letters) throws IOException {
        Random random = new Random(1);
        List<String> diffIds = new ArrayList<>();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            for (int layer = 0; layer < LAYERS; layer++) {
                Path file = Files.createTempFile(archive.getParent(), "layer", ".tar");
                diffIds.add(layer(file, layer, random, noiseEvery, letters));
                TarArchiveEntry entry = new TarArchiveEntry(layer + "/layer.tar");
                entry.setSize(Files.size(file));
                tar.putArchiveEntry(entry);
                Files.copy(file, tar);
                tar.closeArchiveEntry();
                Files.delete(file);
            }
            String config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"sh\"]},"
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                    + diffIds.stream().map(id -> "\"sha256:" + id + "\"").collect(Collectors.joining(",")) + "]}}";
            String layers = java.util.stream.IntStream.range(0, LAYERS)
                    .mapToObj(layer -> "\"" + layer + "/layer.tar\"")
                    .collect(Collectors.joining(","));
            String configName = digest(config.getBytes(StandardCharsets.UTF_8)) + ".json";
            add(tar, configName, config);
            add(
                    tar,
                    "manifest.json",
                    "[{\"Config\":\"" + configName + "\",\"RepoTags\":[\"lighter/bench:latest\"],\"Layers\":[" + layers
                            + "]}]");
        }
        return Files.size(archive);
    }

    private static String layer(Path file, int number, Random random, int noiseEvery, int letters) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] content = new byte[FILE_BYTES];
        try (OutputStream output = new DigestOutputStream(Files.newOutputStream(file), sha256);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(output)) {
            for (int i = 0; i < FILES_EACH; i++) {
                fill(content, random, i % noiseEvery == 0 ? 0 : letters);
                TarArchiveEntry entry = new TarArchiveEntry("data/" + number + "/" + i % 40 + "/file" + i);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** Bytes that no compression makes less of, or words. */
    private static void fill(byte[] content, Random random, int letters) {
        random.nextBytes(content);
        for (int i = 0; letters > 0 && i < content.length; i++) {
            content[i] = i % 7 == 6 ? (byte) ' ' : (byte) ('a' + (content[i] & letters - 1));
        }
    }

    private static void add(TarArchiveOutputStream tar, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    /** A small root directory for peers: a few of this machine's commands with their libraries. */
    static void copyHost(Path root) throws IOException, InterruptedException {
        for (String directory : List.of("usr/bin", "usr/lib", "usr/lib64", "proc", "sys", "dev", "tmp", "etc")) {
            Files.createDirectories(root.resolve(directory));
        }
        for (String link : List.of("bin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        for (String command : COMMANDS) {
            Path program = Path.of("/usr/bin", command);
            copy(program, root);
            Process ldd = new ProcessBuilder("ldd", program.toString()).start();
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            ldd.getInputStream().transferTo(printed);
            ldd.waitFor();
            for (String word : printed.toString(StandardCharsets.UTF_8).split("\\s+")) {
                if (word.startsWith("/")) {
                    copy(Path.of(word), root);
                }
            }
        }
    }

    private static void copy(Path file, Path root) throws IOException {
        String name =
                file.toString().replaceFirst("^/(bin|lib|lib64)/", "/usr/$1/").substring(1);
        Path target = root.resolve(name);
        Files.createDirectories(target.getParent());
        if (!Files.exists(target)) {
            Files.copy(file.toRealPath(), target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** A bundle for a bare runtime (OCI runtime specification) that runs {@code true} in all namespaces but the user one. */
    static void writeBundle(Path bundle, Path root) throws IOException {
        Files.writeString(
                bundle.resolve("config.json"),
                "{\"ociVersion\":\"1.0.0\",\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"true\"],"
                        + "\"env\":[\"PATH=/usr/bin\"],\"cwd\":\"/\",\"terminal\":false},\"root\":{\"path\":\"" + root
                        + "\",\"readonly\":true},\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\","
                        + "\"source\":\"proc\"}],\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"},"
                        + "{\"type\":\"ipc\"},{\"type\":\"uts\"},{\"type\":\"network\"}]}}");
    }

    private static String digest(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
