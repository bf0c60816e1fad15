package dev.lighter.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The images page: archives uploaded and images removed. */
@ExtendWith(EngineExtension.class)
class ImagesBrowserIT {
    private final Engine engine;
    private Browser browser;

    @TempDir
    private Path directory;

    ImagesBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void signIn() throws IOException {
        browser = Browser.signedIn(engine);
        browser.openLive("/ui/images");
    }

    @AfterEach
    void close() throws IOException {
        browser.close();
    }

    @Test
    void theStarterImageIsThere() {
        assertThat(browser.row("lighter/host:latest").getText()).contains("MB");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void anUploadedArchiveIsInTheListUntilItIsRemoved() throws IOException, NoSuchAlgorithmException {
        browser.choose("#archive", archive("uploaded/by-browser:1").toString());

        browser.see(".notice", "is loaded");
        assertThat(browser.row("uploaded/by-browser:1").getText()).contains("kB");
        browser.click("[aria-label='Remove uploaded/by-browser:1']");
        browser.see("dialog h2", "Remove uploaded/by-browser:1?");
        browser.click("#confirm button[value=yes]");
        browser.seeNo("tbody tr", "uploaded/by-browser:1");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void anArchiveThatIsNoneIsRefusedWithASentence() throws IOException {
        Path file = Files.writeString(directory.resolve("broken.tar"), "this is no archive".repeat(100));

        browser.choose("#archive", file.toString());

        browser.see("#uploads li[data-state=failed]", "broken.tar");
        assertThat(browser.text("#uploads .status")).endsWith(".").isNotEqualTo(".");
        browser.click("#uploads button");
        browser.seeNo("#uploads li", "broken.tar");
    }

    /** An archive as docker save writes it, with one layer of one file. */
    private Path archive(String name) throws IOException, NoSuchAlgorithmException {
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(layer)) {
            put(tar, "greeting", "hello\n".repeat(1000).getBytes(UTF_8));
        }
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2026-01-31T12:00:00Z\","
                        + "\"config\":{\"Cmd\":[\"/greeting\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
                        + sha256(layer.toByteArray()) + "\"]}}")
                .getBytes(UTF_8);
        String configName = sha256(config) + ".json";
        Path file = directory.resolve("image.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            put(tar, "layer.tar", layer.toByteArray());
            put(tar, configName, config);
            put(
                    tar,
                    "manifest.json",
                    ("[{\"Config\":\"" + configName + "\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"layer.tar\"]}]")
                            .getBytes(UTF_8));
        }
        return file;
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
