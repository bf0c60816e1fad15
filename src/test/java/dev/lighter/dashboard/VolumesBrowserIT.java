package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The pages of volumes: the list, the form, one volume, and what can be done with them. */
@ExtendWith(EngineExtension.class)
class VolumesBrowserIT {
    private static final String USER = "has-a-volume";

    private final Engine engine;
    private Browser browser;

    VolumesBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void signIn() throws IOException {
        browser = Browser.signedIn(engine);
    }

    @AfterEach
    void close() throws Exception {
        engine.delete("/containers/" + USER + "?force=1");
        engine.dockerOutput("volume", "prune", "-af");
        browser.close();
    }

    @Test
    void aVolumeFromTheFormIsListedWithItsSizeAndUsers() throws Exception {
        browser.open("/ui/volumes/new");
        browser.type("#name", "from-the-form");
        browser.type("#labels", "team=shop");
        assertThat(browser.text("#same-command")).isEqualTo("docker volume create --label team=shop from-the-form");
        browser.click("#create-volume button[type=submit]");
        browser.see("h1", "from-the-form");
        browser.see("#no-users", "No container");
        browser.see(".facts", "team=shop");

        engine.dockerOutput(
                "run",
                "-d",
                "--name",
                USER,
                "-v",
                "from-the-form:/data",
                "lighter/host",
                "sh",
                "-c",
                "head -c 3000000 /dev/zero >/data/x; exec sleep 600");
        browser.see("#users tr", USER);
        browser.openLive("/ui/volumes");
        assertThat(browser.row("from-the-form").getText()).contains(USER, "directory");
        browser.reopen("/ui/volumes");
        browser.see("#volumes tr .c-number", "3 MB");
        assertThat(browser.find("[aria-label='Remove from-the-form']").isEnabled())
                .as("a container has it")
                .isFalse();
        browser.openLive("/ui/containers/" + USER);
        browser.see(".facts .pairs", "from-the-form → /data");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void volumesAreRenamedClonedAndRemoved() throws Exception {
        engine.dockerOutput("volume", "create", "first");
        engine.dockerOutput("run", "--rm", "-v", "first:/data", "lighter/host", "sh", "-c", "echo kept >/data/x");
        browser.openLive("/ui/volumes");
        browser.click("[aria-label='Rename first']");
        browser.see("#ask h2", "Rename first");
        browser.press("second" + Keys.ENTER);
        browser.row("second");
        browser.click("[aria-label='Clone second']");
        browser.press(Keys.ENTER);
        browser.row("second-copy");
        assertThat(engine.dockerOutput("run", "--rm", "-v", "second-copy:/data", "lighter/host", "cat", "/data/x"))
                .isEqualTo("kept");

        browser.row("second-copy")
                .findElement(By.cssSelector("[data-row-link]"))
                .click();
        browser.see("h1", "second-copy");
        browser.find("body[data-ready=true]");
        browser.click("[data-action=remove]");
        browser.click("#confirm button[value=yes]");
        browser.see("h1", "Volumes");
        browser.row("second");
        browser.seeNo("tbody tr", "second-copy");
        assertThat(engine.dockerOutput("volume", "ls", "-q")).isEqualTo("second");
    }

    @Test
    void whatWouldBePrunedIsShownBefore() throws Exception {
        engine.dockerOutput("volume", "create", "named");
        String generated = engine.dockerOutput("volume", "create");
        browser.openLive("/ui/volumes");
        browser.click("#prune");
        browser.see("#prune-list", generated);
        browser.seeNo("#prune-list", "named");
        browser.click("#prune-named");
        browser.see("#prune-list", "named");
        browser.see("#prune-preview", "2 volumes");
        browser.click("#prune-dialog button[value=no]");
        assertThat(engine.dockerOutput("volume", "ls", "-q")).contains("named", generated);

        browser.click("#prune");
        browser.see("#prune-list", generated);
        browser.click("#prune-dialog button[value=yes]");
        browser.seeNo("tbody tr", generated.substring(0, 12));
        assertThat(engine.dockerOutput("volume", "ls", "-q")).isEqualTo("named");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void mistakesAreToldBesideTheirField() {
        browser.open("/ui/volumes/new");
        browser.type("#name", "-x");
        browser.click("#create-volume button[type=submit]");
        browser.see("#name-error", "beginning with a letter or a digit");
        browser.press("g");
        assertThat(browser.path()).as("typed, no shortcut").isEqualTo("/ui/volumes/new");
    }
}
