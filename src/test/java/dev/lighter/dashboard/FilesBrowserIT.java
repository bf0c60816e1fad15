package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The files of a container on its page, whether it runs or not. */
@ExtendWith(EngineExtension.class)
class FilesBrowserIT {
    private static final String NAME = "looked-through";
    private static final String PAGE = "/ui/containers/" + NAME + "/files";

    private final Engine engine;
    private Browser browser;
    private Path directory = Path.of("/");

    FilesBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void open() throws Exception {
        browser = Browser.signedIn(engine);
        directory = Files.createTempDirectory(Path.of("/var/tmp"), "lighter-upload-");
        engine.dockerOutput(
                "run",
                "-d",
                "--name",
                NAME,
                "lighter/host",
                "sh",
                "-c",
                "mkdir -p /srv/deep/deeper '/srv/a & b'; echo hello >/srv/deep/hello.txt; ln -s deep /srv/way; exec sleep 600");
        while (engine.docker("exec", NAME, "test", "-L", "/srv/way").exitCode() != 0) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() throws IOException {
        engine.delete("/containers/" + NAME + "?force=1");
        browser.close();
        for (String name : new String[] {"new.txt", "hello.txt"}) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
    }

    private String fetched(WebElement link) {
        return String.valueOf(browser.script(
                "const request = new XMLHttpRequest(); request.open('GET', arguments[0].href, false); request.send();"
                        + " return request.responseText",
                link));
    }

    private WebElement link(String name) {
        return browser.row(name).findElement(By.cssSelector("[data-row-link]"));
    }

    @Test
    void directoriesAreWalkedThroughAndTheAddressGoesAlong() {
        browser.openLive(PAGE);
        link("srv").click();
        link("a & b").click();
        browser.see("#no-files", "Nothing is in this directory");
        browser.see("#file-path [aria-current]", "a & b");
        browser.script("history.back()");
        browser.row("way");
        link("way").click();
        browser.row("hello.txt");
        assertThat(browser.path()).isEqualTo(PAGE + "?path=%2Fsrv%2Fway");
        browser.reopen(PAGE + "?path=/srv/deep");
        assertThat(browser.row("hello.txt").getText()).contains("6 B", "-rw-r--r--", "0:0");
        assertThat(fetched(browser.find("[aria-label='Download hello.txt']"))).isEqualTo("hello\n");
        assertThat(fetched(browser.find("#download-directory"))).contains("hello.txt", "ustar");
        browser.click("#file-path li:nth-child(2) a");
        browser.row("deep");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void filesAreUploadedReplacedAndRemovedInAStoppedContainerToo() throws Exception {
        Path file = Files.writeString(directory.resolve("new.txt"), "from the browser");
        for (boolean stopped : new boolean[] {false, true}) {
            if (stopped) {
                engine.dockerOutput("kill", NAME);
            }
            browser.reopen(PAGE + "?path=/srv");
            browser.row("deep");
            browser.choose("#upload", file.toString());
            browser.see(".notice", "new.txt is uploaded");
            assertThat(fetched(link("new.txt"))).isEqualTo("from the browser");

            Files.writeString(file, "once more");
            browser.choose("#upload", file.toString());
            browser.see("#confirm h2", "Replace new.txt?");
            browser.click("#confirm button[value=yes]");
            browser.await(
                    "the second one is there",
                    "const request = new XMLHttpRequest(); request.open('GET', document.querySelector('#files [download][href*=new]').href,"
                            + " false); request.send(); return request.responseText === 'once more'");

            browser.click("[aria-label='Remove new.txt']");
            browser.click("#confirm button[value=yes]");
            browser.seeNo("tbody tr", "new.txt");
            Files.writeString(file, "from the browser");
        }
        browser.click("[aria-label='Remove deep']");
        browser.click("#confirm button[value=yes]");
        browser.seeNo("tbody tr", "deep");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void filesMayBeDropped() {
        browser.openLive(PAGE + "?path=/srv/deep");
        browser.row("hello.txt");
        browser.script(
                "const data = new DataTransfer(); data.items.add(new File(['dropped'], 'dropped.txt'));"
                        + "for (const type of ['dragover', 'drop'])"
                        + "  document.querySelector('h1').dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));");
        browser.row("dropped.txt");
        assertThat(fetched(link("dropped.txt"))).isEqualTo("dropped");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void allOfItWorksByKeyboard() {
        browser.openLive(PAGE + "?path=/srv");
        browser.row("deep");
        browser.press("j");
        browser.press("j");
        assertThat(browser.script("return document.activeElement.textContent")).isEqualTo("deep");
        browser.press(Keys.ENTER);
        browser.row("hello.txt");
        browser.press("j");
        browser.tabTo("[aria-label='Remove hello.txt']");
        browser.press(Keys.ENTER);
        browser.see("#confirm h2", "Remove hello.txt?");
        browser.press(Keys.ESCAPE);
        browser.row("hello.txt");
        browser.click("#tab-files");
        browser.tabTo("#upload");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aPathThatIsNotThereIsTold() {
        browser.openLive(PAGE + "?path=/nowhere");
        browser.see("#alerts", "Could not find the file /nowhere");
    }
}
