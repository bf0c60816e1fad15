package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How every page looks: on a phone, in the dark, to those who see little, and without complaints of the browser. */
@ExtendWith(EngineExtension.class)
class LooksBrowserIT {
    private static final String NAME = "a-container-with-a-name-that-is-longer-than-a-phone-is-wide-0123456789";

    /** The contrast of the text of every visible element against what is behind it, WCAG 2.2, 1.4.3; those below 4.5. */
    private static final String TOO_FAINT = """
            const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
            const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            const parse = c => {
              canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1);
              return [...canvas.getImageData(0, 0, 1, 1).data];
            };
            const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
            const behind = e => {
              for (; e; e = e.parentElement) {
                const c = parse(getComputedStyle(e).backgroundColor);
                if (c[3] > 250) return c;
              }
              return parse('white');
            };
            return [...document.querySelectorAll('body *')].filter(e =>
                e.checkVisibility({ opacityProperty: true, visibilityProperty: true })
                && !e.closest('.unseen, .skip, :disabled, option')
                && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
              .map(e => {
                const a = luminance(parse(getComputedStyle(e).color)), b = luminance(behind(e));
                return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e];
              })
              .filter(([ratio]) => ratio < 4.5)
              .map(([ratio, e]) => ratio.toFixed(2) + ' ' + e.tagName + ' ' + e.className + ' ' + e.textContent.trim().slice(0, 30))
              .join('; ');
            """;

    private final Engine engine;
    private Browser browser;

    LooksBrowserIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void signIn() throws IOException {
        browser = Browser.signedIn(engine);
        engine.post(
                "/containers/create?name=" + NAME,
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sh\",\"-c\",\"echo " + "wide".repeat(100) + "\"]}");
        engine.post("/containers/" + NAME + "/start");
        engine.post("/containers/" + NAME + "/wait");
    }

    @AfterEach
    void close() throws IOException {
        browser.close();
        engine.delete("/containers/" + NAME + "?force=1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/containers",
                "/ui/containers/new",
                "/ui/containers/" + NAME,
                "/ui/containers/" + NAME + "/terminal",
                "/ui/containers/" + NAME + "/files",
                "/ui/containers/" + NAME + "/stats",
                "/ui/containers/" + NAME + "/processes",
                "/ui/containers/" + NAME + "/changes",
                "/ui/containers/" + NAME + "/limits",
                "/ui/containers/" + NAME + "/network",
                "/ui/containers/" + NAME + "/anatomy",
                "/ui/networks",
                "/ui/networks/new",
                "/ui/networks/rules",
                "/ui/networks/bridge",
                "/ui/volumes",
                "/ui/volumes/new",
                "/ui/images",
                "/ui/images/lighter/host",
                "/ui/images/build",
                "/ui/snapshots",
                "/ui/tokens",
                "/ui/account",
                "/ui/sign-in",
                "/ui/nowhere"
            })
    void everyPageFitsAPhoneAndIsLegibleInBothSchemesWithoutComplaints(String page) {
        for (String scheme : new String[] {"light", "dark"}) {
            browser.prefer(scheme);
            browser.resize(1440, 900);
            browser.reopen(page);
            settle(page);
            assertThat(browser.script(TOO_FAINT))
                    .as("texts of %s, %s", page, scheme)
                    .isEqualTo("");

            browser.resize(390, 844);

            assertThat(browser.script("return document.documentElement.scrollWidth - innerWidth"))
                    .as("what sticks out of %s", page)
                    .isEqualTo(0L);
            assertThat(browser.script(TOO_FAINT))
                    .as("texts of %s with too little contrast, %s", page, scheme)
                    .isEqualTo("");
        }
        assertThat(browser.complaints())
                .filteredOn(complaint -> !complaint.contains("/ui/nowhere"))
                .isEmpty();
    }

    private void settle(String page) {
        if (page.contains("anatomy")) {
            browser.see("#anatomy-time", "s");
        } else if (page.matches(
                "/ui/(containers|images|images/lighter/host|images/build|snapshots|tokens|volumes|networks|networks/rules|networks/bridge|containers/.*/(network|terminal|files|stats|processes|changes|limits))")) {
            browser.find("body[data-ready=true]");
        } else if (page.endsWith(NAME)) {
            browser.see(".log-line", "wide");
        } else {
            browser.find("h1");
        }
    }

    @Test
    void theSystemsSchemeIsFollowedUntilOneIsChosen() {
        browser.prefer("dark");
        assertThat(isDark()).isTrue();
        browser.prefer("light");
        assertThat(isDark()).isFalse();

        browser.click("#theme");
        assertThat(isDark()).isTrue();
        browser.open("/ui/tokens");
        browser.see("h1", "Tokens");
        assertThat(isDark()).as("the choice is kept").isTrue();
    }

    private boolean isDark() {
        return Boolean.TRUE.equals(browser.script(
                "return getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
                        + ".every(part => part < 60)"));
    }

    @Test
    void listsAreReadableBeforeAnyScriptRuns() {
        assertThat(browser.withoutScript("/ui/containers")).contains(NAME, "Exited");
        assertThat(browser.withoutScript("/ui/images")).contains("lighter/host:latest");
        assertThat(browser.withoutScript("/ui/networks")).contains("bridge", "outside");
        assertThat(browser.withoutScript("/ui/networks/bridge")).contains(NAME, "Subnet");
    }
}
