package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page of the API document, whose script comes from elsewhere and has to live with our content policy. */
@ExtendWith(EngineExtension.class)
class DocumentBrowserIT {
    @Test
    void thePageShowsEveryPartOfTheDocumentWithoutComplaint(Engine engine) throws IOException {
        try (Browser browser = Browser.signedIn(engine)) {
            browser.reopen("/api/docs");
            browser.see(".swagger-ui .info h1.title", "Lighter");
            browser.see("#operations-tag-Tokens", "Tokens");
            browser.see("#swagger-ui", "/containers/{id}/start");

            assertThat(browser.complaints()).isEmpty();
        }
    }
}
