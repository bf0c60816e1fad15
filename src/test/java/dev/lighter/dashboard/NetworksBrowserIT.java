package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The picture and the list of networks, the form that creates one, a network's page, traffic, and the packet filter. */
@ExtendWith(EngineExtension.class)
class NetworksBrowserIT {
    private static final String SUBNET = "10.213.77.0/24";

    private final Engine engine;
    private Browser browser;

    NetworksBrowserIT(Engine engine) {
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
        } finally {
            for (String container : new String[] {"talker", "listener"}) {
                engine.delete("/containers/" + container + "?force=1");
            }
            engine.delete("/api/networks/harbour");
        }
    }

    @Test
    void aNetworkCreatedInTheFormIsInThePictureWithWhatIsOnIt() throws IOException {
        browser.openLive("/ui/networks");
        browser.click("[data-key=n]");
        browser.see("h1", "Create a network");
        browser.type("#name", "harbour");
        browser.type("#subnet", SUBNET);
        assertThat(browser.text("#same-command")).isEqualTo("docker network create --subnet " + SUBNET + " harbour");
        browser.click("#create-network button[type=submit]");
        browser.see("h1", "harbour");
        browser.see(".facts", SUBNET);
        browser.see("#no-members", "No container");

        int port = freePort();
        runFromTheForm("talker", port);
        browser.see("#container .state", "Running");
        browser.see("#network-facts", "10.213.77.");

        browser.openLive("/ui/containers");
        WebElement link =
                browser.row("talker").findElement(By.cssSelector(".c-ports a[href='http://127.0.0.1:" + port + "']"));
        assertThat(link.getText()).isEqualTo(port + "→80");

        browser.openLive("/ui/networks");
        browser.see(".network-picture .lane-head .name", "harbour");
        browser.see(".network-picture .node .name", "talker");
        browser.see(".network-picture .wire text", "10.213.77.");
        browser.see(".network-picture .plug text", port + "→80");
        assertThat(browser.row("harbour").getText()).contains(SUBNET, "bridge", "outside", "1");
        assertThat(browser.script("return document.querySelector('#picture-description').textContent")
                        .toString())
                .contains("harbour: talker");
        browser.click(".as-table summary");
        assertThat(browser.see("#connections tr", "talker").getText()).contains("harbour 10.213.77.", port + "→80");
    }

    @Test
    void connectingAndDisconnectingIsSeenAtOnceByEveryPage() throws IOException {
        engine.post("/api/networks", "{\"name\":\"harbour\",\"subnet\":\"" + SUBNET + "\"}");
        run("listener", "sleep 600", "bridge");
        browser.openLive("/ui/networks/harbour");

        browser.see("#connect option", "listener");
        browser.script("document.querySelector('#connect select').value ="
                + " [...document.querySelectorAll('#connect option')].find(o => o.text === 'listener').value");
        browser.type("#connect [name=aliases]", "ears");
        browser.type("#connect [name=address]", "10.213.77.9");
        browser.click("#connect button[type=submit]");
        assertThat(browser.row("listener").getText()).contains("Running", "10.213.77.9/24", "ears");

        browser.openLive("/ui/containers/listener#network");
        assertThat(browser.see("#places li", "harbour").getText()).contains("10.213.77.9/24", "ears", "10.213.77.1");
        browser.click("[aria-label='Disconnect listener from harbour']");
        browser.click("#confirm button[value=yes]");
        browser.seeNo("#places li", "harbour");

        engine.request("PUT", "/api/networks/harbour/containers/listener", "{\"ipv4\":\"10.213.77.10\"}");
        assertThat(browser.see("#places li", "harbour").getText()).contains("10.213.77.10/24");

        browser.openLive("/ui/networks/harbour");
        browser.click("[aria-label='Disconnect listener from harbour']");
        browser.click("#confirm button[value=yes]");
        browser.see("#no-members", "No container");
        browser.click("#remove-network");
        browser.click("#confirm button[value=yes]");
        browser.see("h1", "Networks");
        browser.seeNo("tbody tr", "harbour");
        assertThat(engine.get("/api/networks/harbour").status()).isEqualTo(404);
    }

    @Test
    void trafficIsShownAsItFlows() throws IOException {
        engine.post("/api/networks", "{\"name\":\"harbour\",\"subnet\":\"" + SUBNET + "\"}");
        run("talker", "while :; do head -c 1000 /dev/zero > /dev/udp/10.213.77.1/9; sleep 0.05; done", "harbour");
        browser.openLive("/ui/containers/talker#network");

        browser.see("#traffic li", "harbour");
        browser.see("#traffic [data-part=sent-speed]", "kB/s");
        browser.see("#traffic [data-part=sent]", "packets");
        browser.await(
                "the graph has a line",
                "return (document.querySelector('#traffic polyline.sent')?.getAttribute('points') ?? '').split(' ').length > 2");
        assertThat(browser.find("#traffic svg[role=img]").getDomAttribute("aria-label"))
                .contains("sent ");
    }

    @Test
    void rulesOfThePacketFilterAreListedWithCountersThatMove() throws IOException {
        engine.post("/api/networks", "{\"name\":\"harbour\",\"subnet\":\"" + SUBNET + "\"}");
        run("talker", "while :; do head -c 1000 /dev/zero > /dev/udp/10.213.77.1/9; sleep 0.05; done", "harbour");
        browser.openLive("/ui/networks");
        browser.click(".head-link");
        browser.see("h1", "Packet filter");
        browser.find("body[data-ready=true]");

        browser.see("#chains .chain tbody tr", "");
        String counters = "[...document.querySelectorAll('[data-part=packets]')].map(c => c.textContent).join()";
        Object before = browser.script("return " + counters);
        browser.await("a counter moves", "return " + counters + " !== '" + before + "'");
    }

    @Test
    void whatTheEngineRefusesIsToldBesideItsField() throws IOException {
        engine.post("/api/networks", "{\"name\":\"harbour\",\"subnet\":\"" + SUBNET + "\"}");
        browser.open("/ui/networks/new");
        browser.type("#name", "harbour");
        browser.click("#create-network button[type=submit]");
        browser.see("#name-error", "already exists");

        browser.find("#name").clear();
        browser.type("#name", "other");
        browser.type("#gateway", "10.0.0.1");
        browser.click("#create-network button[type=submit]");
        browser.see("#subnet-error", "needs its subnet");
        assertThat(browser.complaints()).as("the refusal and nothing else").hasSize(1);
    }

    private void runFromTheForm(String name, int port) {
        browser.open("/ui/containers/new");
        browser.see("#network option", "harbour");
        browser.script("document.querySelector('#network').value = 'harbour'");
        browser.type("#name", name);
        browser.type("#command", "sleep 600");
        browser.type("#aliases", "voice");
        browser.type("#ports", port + ":80");
        assertThat(browser.text("#same-command"))
                .contains("--network harbour --network-alias voice -p " + port + ":80");
        browser.click("#run button[type=submit]");
        browser.see("h1", name);
    }

    private void run(String name, String command, String network) throws IOException {
        assertThat(engine.post(
                                "/api/containers",
                                "{\"image\":\"lighter/host\",\"name\":\"" + name + "\",\"network\":\"" + network
                                        + "\",\"command\":[\"bash\",\"-c\",\"" + command + "\"]}")
                        .status())
                .isEqualTo(201);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
