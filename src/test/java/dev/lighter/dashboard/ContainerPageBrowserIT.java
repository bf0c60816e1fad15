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

/** A container's page: its buttons, and its panes with addresses of their own. */
@ExtendWith(EngineExtension.class)
class ContainerPageBrowserIT {
    private static final String NAME = "on-its-page";
    private static final String PAGE = "/ui/containers/" + NAME;

    private final Engine engine;
    private Browser browser;

    ContainerPageBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void open() throws Exception {
        browser = Browser.signedIn(engine);
        engine.dockerOutput("run", "-d", "--name", NAME, "lighter/host", "sleep", "600");
    }

    @AfterEach
    void close() throws IOException {
        engine.delete("/containers/" + NAME + "?force=1");
        engine.delete("/containers/another-name?force=1");
        browser.close();
    }

    @Test
    void theButtonsFitTheStateAndAct() throws Exception {
        browser.openLive(PAGE);
        browser.see("#container .state", "Running");
        browser.click("[data-action=pause]");
        browser.see("#container .state", "Paused");
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Paused}}", NAME))
                .isEqualTo("true");
        browser.click("[data-action=unpause]");
        browser.see("#container .state", "Running");

        String before = engine.dockerOutput("inspect", "-f", "{{.State.Pid}}", NAME);
        browser.click("[data-action=kill]");
        browser.see("#container .state", "Exited 137");
        browser.click("[data-action=start]");
        browser.see("#container .state", "Running");
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Pid}}", NAME)).isNotEqualTo(before);
        for (String hidden : new String[] {"start", "unpause"}) {
            assertThat(browser.script(
                            "return document.querySelector('#container [data-action=" + hidden + "]').hidden"))
                    .as(hidden)
                    .isEqualTo(true);
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aContainerIsRenamedAndRemoved() throws Exception {
        browser.openLive(PAGE);
        browser.click("[data-action=rename]");
        browser.see("#ask h2", "Rename " + NAME);
        browser.press("another-name" + Keys.ENTER);
        browser.see("h1", "another-name");
        assertThat(engine.get("/containers/another-name/json").status()).isEqualTo(200);

        browser.click("[data-action=rename]");
        browser.press("-wrong" + Keys.ENTER);
        browser.see("#alerts", "Invalid container name");
        browser.click("[data-action=remove]");
        browser.see("#confirm p", "will be killed");
        browser.click("#confirm button[value=yes]");
        browser.see("h1", "Containers");
        assertThat(engine.get("/containers/another-name/json").status()).isEqualTo(404);
        assertThat(browser.complaints())
                .as("the refusal, and the page that was left while the container went")
                .allMatch(complaint -> complaint.contains("/api/containers/"));
    }

    @Test
    void everyPaneHasAnAddress() {
        browser.openLive(PAGE + "/network");
        browser.see("#places", "bridge");
        browser.click("#tab-anatomy");
        browser.see("#anatomy-time", "ms");
        assertThat(browser.path()).isEqualTo(PAGE + "/anatomy");
        browser.script("history.back()");
        browser.see("#places", "bridge");
        browser.reopen(PAGE + "#anatomy");
        browser.see("#anatomy-time", "ms");
        assertThat(browser.path()).as("as it was once").isEqualTo(PAGE + "/anatomy");
        browser.click("#tab-logs");
        browser.see("#log", "Nothing written");
        assertThat(browser.path()).isEqualTo(PAGE);

        browser.open(PAGE + "/nothing");
        browser.see("main", "no part named nothing");
        assertThat(browser.withoutScript(PAGE + "/network"))
                .contains("Networks")
                .doesNotContain("Follow");
    }

    @Test
    void tabsAreMovedThroughByKeys() {
        browser.openLive(PAGE);
        browser.tabTo("#tab-logs");
        browser.press(Keys.END);
        browser.see("#anatomy-time", "ms");
        browser.press(Keys.ARROW_RIGHT);
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("tab-logs");
        browser.press(Keys.ARROW_LEFT);
        assertThat(browser.path()).isEqualTo(PAGE + "/anatomy");
        browser.press(Keys.HOME);
        assertThat(browser.path()).isEqualTo(PAGE);
        assertThat(browser.complaints()).isEmpty();
    }
}
