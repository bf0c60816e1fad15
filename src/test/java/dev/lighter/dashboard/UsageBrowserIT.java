package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a container uses, runs, changes and may use, on its page. */
@ExtendWith(EngineExtension.class)
class UsageBrowserIT {
    private static final String NAME = "in-use";
    private static final String PAGE = "/ui/containers/" + NAME;

    private final Engine engine;
    private Browser browser;

    UsageBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void open() throws Exception {
        browser = Browser.signedIn(engine);
        engine.dockerOutput(
                "run",
                "-d",
                "--name",
                NAME,
                "-m",
                "64m",
                "lighter/host",
                "sh",
                "-c",
                "echo new >/root/added; echo changed >>/etc/passwd; sleep 601 & while :; do :; done");
    }

    @AfterEach
    void close() throws IOException {
        engine.delete("/containers/" + NAME + "?force=1");
        browser.close();
    }

    @Test
    void figuresAndGraphsGoOnWhileItRuns() throws Exception {
        browser.openLive(PAGE + "/stats");
        browser.see("#pane-stats [data-part=memory-limit]", "64 MiB");
        browser.await(
                "a share of a processor",
                "return parseFloat(document.querySelector('#pane-stats [data-part=cpu]').textContent) > 1");
        browser.await("four graphs", "return document.querySelectorAll('.charts canvas').length === 4");
        browser.await(
                "a line is drawn",
                "const canvas = document.querySelector('#chart-cpu canvas');"
                        + " return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(part => part > 0)");
        engine.dockerOutput("kill", NAME);
        browser.see("#no-stats", "does not run");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void processesAreListed() {
        browser.openLive(PAGE + "/processes");
        assertThat(browser.see("#processes tr", "sleep 601").getText()).contains("root");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void changedFilesAreTold() throws Exception {
        browser.openLive(PAGE + "/changes");
        browser.see("#changes [data-kind=added]", "/root/added");
        browser.see("#changes [data-kind=modified]", "/etc/passwd");
        engine.dockerOutput("exec", NAME, "rm", "/etc/passwd");
        browser.click("#read-changes");
        browser.see("#changes [data-kind=deleted]", "/etc/passwd");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void limitsAreChangedWhileItRuns() throws Exception {
        browser.openLive(PAGE + "/limits");
        browser.await("the present limit", "return document.querySelector('#limit-memory').value === '64 MiB'");
        browser.find("#limit-memory").clear();
        browser.type("#limit-memory", "80m");
        browser.type("#limit-cpus", "0.5");
        browser.script("const select = document.querySelector('#limit-restart'); select.value = 'on-failure';"
                + " select.dispatchEvent(new Event('change', { bubbles: true }))");
        browser.type("#limit-retries", "3");
        browser.click("#change-limits button[type=submit]");
        browser.see(".notice", "The limits are changed");
        assertThat(engine.dockerOutput(
                        "inspect",
                        "-f",
                        "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}"
                                + " {{.HostConfig.RestartPolicy.MaximumRetryCount}}",
                        NAME))
                .isEqualTo("83886080 500000000 on-failure 3");

        browser.find("#limit-memory").clear();
        browser.type("#limit-memory", "1m");
        browser.click("#change-limits button[type=submit]");
        browser.see("#limit-memory-error", "6");
    }
}
