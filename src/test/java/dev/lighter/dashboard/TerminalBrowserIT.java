package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** The terminal of a container's page: a shell of its own, the container's own terminal, and how both end. */
@ExtendWith(EngineExtension.class)
class TerminalBrowserIT {
    private static final String NAME = "typed-to";
    private static final String ROWS = ".xterm-rows";

    private final Engine engine;
    private Browser browser;

    TerminalBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void open() throws Exception {
        browser = Browser.signedIn(engine);
        engine.dockerOutput("run", "-dit", "--name", NAME, "lighter/host", "sh");
    }

    @AfterEach
    void close() throws IOException {
        engine.delete("/containers/" + NAME + "?force=1");
        browser.close();
    }

    private void openShell() {
        browser.openLive("/ui/containers/" + NAME + "/terminal");
        browser.click("#open-terminal button[type=submit]");
        browser.see(ROWS, "#");
    }

    private void openAgain() {
        browser.click("#open-terminal button[type=submit]");
        browser.see("#terminal-status", "Connected");
    }

    @Test
    void aShellIsTypedToAndTellsItsEnd() {
        openShell();
        browser.press("echo $((40+2)) $TERM; tty\n");
        browser.see(ROWS, "42 xterm-256color");
        browser.press("printf '\\033[38;2;200;100;0m%s\\033[0m\\n' co''lour\n");
        browser.see(ROWS, "colour");
        browser.await(
                "a colour of its own is shown, under the content policy",
                "return [...document.querySelectorAll('.xterm-rows span')].some(cell => cell.textContent === 'colour'"
                        + " && getComputedStyle(cell).color === 'rgb(200, 100, 0)')");

        browser.press("exit 5\n");
        browser.see("#terminal-status", "exit code 5");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theTerminalHasTheSizeOfItsPlaceAndFollowsIt() {
        openShell();
        browser.press("stty size\n");
        browser.await("a size", "return /\\d+ \\d{2,3}/.test(document.querySelector('.xterm-rows').textContent)");
        // Of a shell without job control, which is in the foreground together with what it runs.
        browser.press("sh -c 'trap \"stty size\" WINCH; echo wai\"\"ting; while :; do sleep 0.1; done'\n");
        browser.see(ROWS, "waiting");
        browser.resize(700, 500);
        browser.await(
                "the smaller size",
                "return /waiting\\s*\\d+ (?:[4-9]\\d|10\\d)(?!\\d)/.test(document.querySelector('.xterm-rows').textContent.replaceAll('\\u00a0', ' '))");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theContainersOwnTerminalIsAttachedAndLetGo() throws Exception {
        browser.openLive("/ui/containers/" + NAME + "/terminal");
        browser.click("#open-terminal .segments label:nth-of-type(2)");
        assertThat(browser.find("#shell-command").isEnabled()).isFalse();
        openAgain();
        browser.press("echo own-$$ >/tmp/own; echo wri''tten\n");
        browser.see(ROWS, "written");
        assertThat(engine.dockerOutput("exec", NAME, "cat", "/tmp/own"))
                .as("the first process")
                .isEqualTo("own-1");

        browser.click("#hang-up");
        browser.see("#terminal-status", "Closed");
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Running}}", NAME))
                .isEqualTo("true");

        openAgain();
        browser.see(ROWS, "written");
        browser.press("exit 4\n");
        browser.see("#terminal-status", "The container has ended");
        browser.see("#terminal-stopped", "does not run");
        assertThat(browser.find("#open-terminal button[type=submit]").isEnabled())
                .isFalse();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatCannotBeExecutedIsTold() {
        browser.openLive("/ui/containers/" + NAME + "/terminal");
        browser.find("#shell-command").clear();
        browser.type("#shell-command", "no-such-shell");
        browser.click("#open-terminal button[type=submit]");
        browser.see(ROWS, "executable file not found");
        browser.see("#terminal-status", "exit code 127");

        browser.find("#shell-command").clear();
        browser.click("#open-terminal button[type=submit]");
        browser.see("#shell-command-error", "Type a command");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theKeysAreTheTerminalsUntilItIsLeft() throws Exception {
        openShell();
        browser.press("cat >/tmp/keys\n");
        browser.press("?gdn/jk");
        browser.press(Keys.TAB, Keys.ESCAPE);
        browser.press("end\n");
        browser.see(ROWS, "end");
        browser.press(Keys.chord(Keys.CONTROL, "d"));
        assertThat(browser.path()).endsWith("/terminal");
        browser.press(Keys.chord(Keys.CONTROL, Keys.F6));
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("hang-up");
        assertThat(engine.dockerOutput("exec", NAME, "cat", "/tmp/keys")).isEqualTo("?gdn/jk\t\u001bend");

        browser.click("#tab-logs");
        browser.click("#tab-terminal");
        browser.see(ROWS, "end");
        browser.press("echo still; exit\n");
        browser.see("#terminal-status", "The program has ended");
        assertThat(browser.complaints()).isEmpty();
    }
}
