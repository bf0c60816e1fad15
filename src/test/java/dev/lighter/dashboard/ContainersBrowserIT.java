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
import org.openqa.selenium.WebElement;

/** The list of containers, the form that runs one, and a container's page. */
@ExtendWith(EngineExtension.class)
class ContainersBrowserIT {
    private final Engine engine;
    private Browser browser;

    ContainersBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void signIn() throws IOException {
        browser = Browser.signedIn(engine);
    }

    @AfterEach
    void complainsAboutNothing() throws IOException {
        try (Browser closing = browser) {
            assertThat(closing.complaints()).isEmpty();
        }
    }

    @Test
    void aContainerRunFromTheFormShowsItsLogAndIsInTheList() throws IOException {
        browser.open("/ui/containers/new");
        browser.see("#image option", "lighter/host:latest");
        browser.type("#name", "from-the-form");
        browser.type("#command", "sh -c 'echo \"hello $PLACE\"; echo oops >&2; exec sleep 600'");
        browser.type("#env", "PLACE=harbour");
        browser.type("#memory", "64m");
        assertThat(browser.text("#same-command"))
                .startsWith(
                        "docker run -d --name from-the-form -e PLACE=harbour --memory 67108864 lighter/host:latest");
        browser.click("#run button[type=submit]");

        browser.see("h1", "from-the-form");
        browser.see(".log-line[data-stream=stdout]", "hello harbour");
        browser.see(".log-line[data-stream=stderr]", "oops");
        browser.see("#container .state", "Running");
        browser.see(".facts", "64 MiB");

        browser.openLive("/ui/containers");
        WebElement row = browser.row("from-the-form");
        assertThat(row.getText()).contains("Running", "lighter/host:latest", "up ");
        engine.delete("/containers/from-the-form?force=1");
        browser.seeNo("tbody tr", "from-the-form");
    }

    @Test
    void theListChangesByItself() throws IOException {
        browser.openLive("/ui/containers");
        browser.see("#live", "Live");

        create("by-the-socket", "sleep", "600");
        assertThat(browser.row("by-the-socket").getText()).contains("Created");

        engine.post("/containers/by-the-socket/start");
        browser.see("tr .state[data-kind=running]", "Running");
        String first = browser.row("by-the-socket")
                .findElement(By.cssSelector(".c-since"))
                .getText();
        browser.await(
                "the uptime goes on",
                "return [...document.querySelectorAll('tbody tr')].some(row => row.textContent.includes('by-the-socket')"
                        + " && !row.querySelector('.c-since').textContent.includes('" + first + "'))");

        engine.post("/containers/by-the-socket/kill");
        browser.see("tr .state[data-kind=failed]", "Exited 137");
        engine.delete("/containers/by-the-socket");
        browser.seeNo("tbody tr", "by-the-socket");
    }

    @Test
    void buttonsActOnTheirContainer() throws IOException {
        create("acted-on", "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.1; done");
        browser.openLive("/ui/containers");
        browser.row("acted-on");

        browser.click("[aria-label='Start acted-on']");
        browser.click("[aria-label='Stop acted-on']");
        browser.see("tr .state", "Exited 3");
        browser.click("[aria-label='Start acted-on']");
        browser.click("[aria-label='Kill acted-on']");
        browser.see("tr .state", "Exited 137");
        browser.click("[aria-label='Remove acted-on']");
        browser.see("dialog h2", "Remove acted-on?");
        browser.click("#confirm button[value=no]");
        assertThat(engine.get("/containers/acted-on/json").status()).isEqualTo(200);
        browser.click("[aria-label='Remove acted-on']");
        browser.click("#confirm button[value=yes]");
        browser.seeNo("tbody tr", "acted-on");
        assertThat(engine.get("/containers/acted-on/json").status()).isEqualTo(404);
    }

    @Test
    void theFilterLeavesWhatMatches() throws IOException {
        create("filter-apple", "true");
        create("filter-pear", "true");
        browser.openLive("/ui/containers");
        browser.row("filter-pear");

        browser.press("/");
        browser.press("APPLE lighter");

        browser.seeNo("tbody tr", "filter-pear");
        browser.row("filter-apple");
        browser.press(" nothing like it");
        browser.see("#no-matches", "Nothing matches");
        engine.delete("/containers/filter-apple");
        engine.delete("/containers/filter-pear");
    }

    @Test
    void mistakesAreToldBesideTheirField() throws IOException {
        browser.open("/ui/containers/new");
        browser.type("#command", "echo 'open");
        browser.click("#run button[type=submit]");
        browser.see("#command-error", "A quotation mark");

        browser.type("#command", "'");
        browser.seeNo("#command-error", "A quotation mark");
        browser.type("#name", "-wrong");
        browser.click("#run button[type=submit]");
        browser.see("#name-error", "beginning with a letter or a digit");
        assertThat(browser.find("#name").getDomAttribute("aria-invalid")).isEqualTo("true");
    }

    @Test
    void whatTheEngineRefusesIsToldBesideItsField() throws IOException {
        create("taken", "true");
        browser.open("/ui/containers/new");
        browser.type("#name", "taken");
        browser.click("#run button[type=submit]");
        browser.see("#name-error", "already in use");

        browser.find("#name").clear();
        browser.type("#command", "no-such-program");
        browser.click("#run button[type=submit]");
        browser.see("#command-error", "executable file not found");
        engine.delete("/containers/taken");
        assertThat(browser.complaints())
                .as("the two refusals and nothing else")
                .hasSize(2)
                .allMatch(complaint -> complaint.contains("/api/containers"));
    }

    @Test
    void theAnatomyOfAContainerThatHasEndedIsShown() throws IOException {
        create("dissected", "true");
        engine.post("/containers/dissected/start");
        engine.post("/containers/dissected/wait");
        browser.open("/ui/containers/dissected#anatomy");

        browser.see("#container .state", "Exited");
        browser.see("#anatomy-time", "ms");
        for (String stage : new String[] {"Namespaces", "Filesystem", "Privileges"}) {
            browser.see("details.stage h3", stage);
        }
        assertThat(browser.see("details.stage .calls li", "pivot_root")
                        .findElement(By.tagName("p"))
                        .getText())
                .isNotEmpty();
        assertThat(browser.find("#anatomy-bar svg[role=img]").getDomAttribute("aria-label"))
                .contains("ms", "µs");
        assertThat(browser.script("return document.querySelectorAll('.calls p:empty').length"))
                .as("calls without an explanation")
                .isEqualTo(0L);
        browser.click("#fold");
        browser.seeNo("details.stage .calls li", "");
        browser.openLive("/ui/containers");
        engine.delete("/containers/dissected");
    }

    @Test
    void theLogFollowsUntilItsReaderScrollsAwayAndHoldsABoundedNumberOfLines() throws IOException {
        create("chatty", "sh", "-c", "seq 1 7000; exec sleep 600");
        engine.post("/containers/chatty/start");
        browser.open("/ui/containers/chatty");

        browser.see(".log-line:last-child", "7000");
        assertThat((Long) browser.script("return document.querySelectorAll('.log-line').length"))
                .isPositive()
                .isLessThanOrEqualTo(5000);
        assertThat(browser.find("#follow").isSelected()).isTrue();
        browser.script("document.querySelector('#log').scrollTop = 0");
        browser.await("scrolling away ends the following", "return !document.querySelector('#follow').checked");
        engine.delete("/containers/chatty?force=1");
        browser.see("#container .state", "Removed");
        assertThat(browser.complaints())
                .as("at most that the container is gone")
                .allMatch(complaint -> complaint.contains("/api/containers/"));
    }

    @Test
    void everythingCanBeDoneWithoutAMouse() throws IOException {
        create("by-hand", "sleep", "600");
        browser.openLive("/ui/containers");
        browser.row("by-hand");

        browser.press("?");
        browser.see("#shortcuts h2", "Keyboard shortcuts");
        browser.press(Keys.ESCAPE);
        browser.seeNo("#shortcuts h2", "Keyboard shortcuts");

        browser.press(Keys.TAB);
        browser.see(".skip", "Skip to the content");
        browser.press(Keys.ENTER);
        browser.tabTo("[aria-label='Start by-hand']");
        browser.press(Keys.ENTER);
        browser.find("[aria-label='Stop by-hand']");

        browser.press("n");
        browser.see("h1", "Run a container");
        browser.tabTo("#name");
        browser.press("typed");
        browser.tabTo("#command");
        browser.press("sleep 600");
        browser.tabTo("#run button[type=submit]");
        browser.press(Keys.ENTER);
        browser.see("h1", "typed");
        browser.tabTo("[role=tab][data-tab=logs]");
        browser.press(Keys.END);
        browser.see("#anatomy-time", "ms");
        browser.press(Keys.ARROW_LEFT);
        browser.see("#places", "bridge");
        browser.tabTo("#theme");
        browser.press("g");
        browser.press("c");
        browser.see("h1", "Containers");
        browser.find("body[data-ready=true]");
        browser.press("j");
        assertThat(browser.script("return document.activeElement.textContent")).isEqualTo("typed");
        engine.delete("/containers/typed?force=1");
        engine.delete("/containers/by-hand?force=1");
    }

    private void create(String name, String... command) throws IOException {
        StringBuilder words = new StringBuilder();
        for (String word : command) {
            words.append(words.isEmpty() ? "" : ",").append('"').append(word).append('"');
        }
        assertThat(engine.post(
                                "/containers/create?name=" + name,
                                "{\"Image\":\"lighter/host\",\"Cmd\":[" + words + "]}")
                        .status())
                .isEqualTo(201);
    }
}
