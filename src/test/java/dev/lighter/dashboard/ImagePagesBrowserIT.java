package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The pages on images: layers and who shares them, comparisons, names, prunes, and images made of containers. */
@ExtendWith(EngineExtension.class)
class ImagePagesBrowserIT {
    private final Engine engine;
    private final String name = "pages/" + UUID.randomUUID().toString().substring(0, 8);
    private final String container = name.substring(6);
    private Browser browser;

    ImagePagesBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void signIn() throws Exception {
        browser = Browser.signedIn(engine);
        commit(name + ":1", "mkdir /srv/app; echo one > /srv/app/first", "--change", "ENV STAGE=one");
        commit(name + ":2", "mkdir /srv/app; echo two > /srv/app/second", "--change", "ENV STAGE=two");
    }

    /** An image of the starter image and what a script writes. */
    private void commit(String image, String script, String... changes) throws Exception {
        engine.dockerOutput("run", "--name", container, "--network", "none", "lighter/host", "sh", "-c", script);
        engine.dockerOutput("commit", changes[0], changes[1], container, image);
        engine.dockerOutput("rm", container);
    }

    @AfterEach
    void complainsAboutNothing() throws Exception {
        try (Browser closing = browser) {
            assertThat(closing.complaints()).isEmpty();
        } finally {
            engine.delete("/containers/" + container + "?force=1");
            for (String tag : new String[] {":1", ":2", ":3"}) {
                engine.delete("/images/" + name + tag + "?force=1");
            }
        }
    }

    /** Types in the place of what is proposed. */
    private void answer(String text) {
        browser.find("#ask-answer").clear();
        browser.type("#ask-answer", text);
    }

    private String id(String image) throws IOException {
        return engine.get("/images/" + image + "/json")
                .json()
                .path("Id")
                .asString()
                .replace("sha256:", "");
    }

    @Test
    void thePictureGivesALayerTheSameColourInEveryImageThatHasIt() throws IOException {
        browser.openLive("/ui/images");

        browser.see("#layers a[href='/ui/images/" + id(name + ":1") + "']", name + ":1");
        assertThat(lowest(name + ":1")).isEqualTo(lowest(name + ":2")).isNotEqualTo("shade-0");
        assertThat(browser.script(
                                "return document.querySelector('" + bar(name + ":1") + "').getAttribute('aria-label')")
                        .toString())
                .startsWith("2 layers, ")
                .contains("of which others have ");
        assertThat(browser.script("return document.querySelector('" + bar(name + ":1") + " rect title').textContent")
                        .toString())
                .contains("Also in ", name + ":2", "lighter/host:latest");
        // The picture follows what happens.
        engine.delete("/images/" + name + ":2");
        browser.seeNo("#layers a", name + ":2");
    }

    private String bar(String image) throws IOException {
        return "#layers li:has(a[href=\"/ui/images/" + id(image) + "\"]) svg";
    }

    private Object lowest(String image) throws IOException {
        return browser.script("return document.querySelector('" + bar(image) + " rect').getAttribute('class')");
    }

    @Test
    void anImagesPageTellsItsLayersAndWhatChangedSinceAnother() throws IOException {
        browser.openLive("/ui/images/" + name + ":2");
        browser.see("h1", name + ":2");
        browser.see(".layer-list tbody tr", "Only in this image");
        browser.see(".layer-list tbody tr", "Also in ");
        browser.see(".facts", "STAGE=two");

        browser.find("#since").sendKeys(name + ":1");
        browser.click(".compare button");

        browser.see("#change-sums", "Since " + name + ":1:");
        browser.see("#file-changes .kind-added", "/srv/app/second");
        browser.see("#file-changes .kind-deleted", "/srv/app/first");
        browser.see(".settings tbody tr", "STAGE");
    }

    @Test
    void theComparisonNeedsNoScript() throws IOException {
        assertThat(browser.withoutScript("/ui/images/" + id(name + ":2") + "?since=" + id(name + ":1")))
                .contains("/srv/app/second", "Only in this image");
    }

    @Test
    void anImageGetsOneMoreNameAndIsRemovedFromItsPage() throws IOException {
        browser.openLive("/ui/images/" + id(name + ":1"));
        browser.click("[data-action=tag]");
        answer(name + ":3");
        browser.click("#ask button[type=submit]");
        browser.see(".facts", name + ":3");

        browser.click("[data-action=remove]");
        browser.see("#confirm p", name + ":3");
        browser.click("#confirm button[value=yes]");

        browser.see("h1", "Images");
        assertThat(engine.get("/images/" + name + ":3/json").status()).isEqualTo(404);
    }

    @Test
    void aPruneTellsBeforehandWhatItFrees() throws Exception {
        String untagged = id(name + ":1");
        engine.dockerOutput("tag", name + ":2", name + ":1");

        browser.openLive("/ui/images");
        browser.click("#prune");
        browser.see("#prune-preview", "become free");
        browser.see("#prune-list li", untagged.substring(0, 12));
        browser.seeNo("#prune-list li", name + ":2");
        browser.click("#prune-dialog button[value=yes]");

        browser.see(".notice", "removed, ");
        assertThat(engine.get("/images/" + untagged + "/json").status()).isEqualTo(404);
        assertThat(engine.get("/images/" + name + ":2/json").status()).isEqualTo(200);
    }

    @Test
    void aPullThatFailsTellsWhyInItsRow() {
        browser.openLive("/ui/images");
        browser.click("#pull");
        browser.type("#pull-name", "127.0.0.1:1/nothing:1");
        browser.click("#pull-dialog button[value=yes]");

        browser.see("#transfers li[data-state=failed]", "127.0.0.1:1/nothing:1");
        assertThat(browser.text("#transfers .status")).endsWith(".").hasSizeGreaterThan(10);
        browser.click("#transfers button");
        browser.seeNo("#transfers li", "nothing");
    }

    @Test
    void aContainersPageMakesAnImageOfIt() throws Exception {
        engine.dockerOutput("create", "--name", container, "lighter/host", "true");
        browser.openLive("/ui/containers/" + container);
        browser.click("[data-action=commit]");
        answer(name + ":3");
        browser.click("#ask button[type=submit]");

        browser.see(".notice", "has what " + container + " has written");
        assertThat(engine.get("/images/" + name + ":3/json").status()).isEqualTo(200);
    }

    @Test
    void aTypedDockerfileIsBuiltAndItsOutputShown() throws IOException {
        browser.open("/ui/images/build");
        browser.find("body[data-ready=true]");
        browser.type("#name", name + ":3");
        browser.type("#dockerfile", "FROM lighter/host\nRUN echo built here > /greeting\nRUN cat /greeting");
        browser.click("#build-image button[type=submit]");

        browser.see("#build-status", "Built.");
        browser.see("#build-lines", "built here");
        browser.click("#build-image-link");
        browser.see("h1", name + ":3");
        browser.see(".layer-list", "echo built here");
    }

    @Test
    void aFolderIsBuiltWithItsOwnDockerfile(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("Dockerfile"), "FROM lighter/host\nCOPY data/file /copied\n");
        Files.createDirectory(folder.resolve("data"));
        Files.writeString(folder.resolve("data/file"), "content");
        browser.open("/ui/images/build");
        browser.find("body[data-ready=true]");
        browser.type("#name", name + ":3");
        browser.choose("#folder", folder.toString());
        browser.see("#folder-words", "2 files");
        browser.click("#build-image button[type=submit]");

        browser.see("#build-status", "Built.");
        assertThat(engine.get("/api/images/" + name + ":3/changes?since=lighter/host")
                        .json()
                        .path("files")
                        .toString())
                .contains("/copied");
    }

    @Test
    void aBuildThatFailsSaysWhy() {
        browser.open("/ui/images/build");
        browser.find("body[data-ready=true]");
        browser.type("#dockerfile", "FROM lighter/host\nRUN exit 3");
        browser.click("#build-image button[type=submit]");

        browser.see("#build-output[data-state=failed] #build-status", "code: 3");
    }

    @Test
    void aSnapshotMadeOnAContainersPageIsCopiedAndRemoved() throws Exception {
        engine.dockerOutput("create", "--name", container, "lighter/host", "true");
        browser.openLive("/ui/containers/" + container);
        browser.click("[data-action=snapshot]");
        answer(container + "-kept");
        browser.click("#ask button[type=submit]");
        browser.see(".notice", "as it is now");

        browser.openLive("/ui/snapshots");
        assertThat(browser.row(container + "-kept").getText()).contains(container, "lighter/host");
        browser.click("[aria-label='Make copies of " + container + "-kept']");
        browser.click("#copies-start");
        browser.click("#copies-dialog button[value=yes]");
        browser.see(".notice", "1 copy of");
        for (JsonNode copy :
                engine.get("/api/snapshots/" + container + "-kept").json().path("copies")) {
            engine.delete("/containers/" + copy.asString() + "?force=1");
        }
        browser.click("[aria-label='Remove " + container + "-kept']");
        browser.click("#confirm button[value=yes]");
        browser.seeNo("tbody tr", container + "-kept");
    }
}
