package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tokens for scripts, made and revoked in a browser. */
@ExtendWith(EngineExtension.class)
class TokensBrowserIT {
    @Test
    void aTokenIsShownOnceAndOpensTheApiUntilItIsRevoked(Engine engine) throws IOException, InterruptedException {
        try (Browser browser = Browser.signedIn(engine)) {
            browser.openLive("/ui/tokens");
            browser.type("#token-name", "made in a browser");
            browser.click("#create-token button[type=submit]");
            browser.see("#made", "shown only this once");
            String secret = browser.text("#secret");
            assertThat(browser.row("made in a browser").getText()).contains("never", "in 30 d");
            assertThat(status(engine, secret)).isEqualTo(200);

            browser.openLive("/ui/tokens");
            browser.row("made in a browser");
            assertThat((String) browser.script("return document.documentElement.outerHTML"))
                    .doesNotContain(secret);
            browser.click("[aria-label='Revoke made in a browser']");
            browser.see("dialog h2", "Revoke made in a browser?");
            browser.click("#confirm button[value=yes]");
            browser.see("#no-tokens", "No tokens");
            assertThat(status(engine, secret)).isEqualTo(401);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aTokenWithoutANameIsRefusedBesideTheForm(Engine engine) throws IOException {
        try (Browser browser = Browser.signedIn(engine)) {
            browser.openLive("/ui/tokens");
            browser.type("#token-name", "   ");
            browser.click("#create-token button[type=submit]");

            browser.see("#token-error", "Name");
        }
    }

    private static int status(Engine engine, String secret) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + engine.port() + "/api/tokens"))
                                .header("Authorization", "Bearer " + secret)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
