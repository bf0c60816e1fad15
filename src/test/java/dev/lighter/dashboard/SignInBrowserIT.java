package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Signing in and out in a browser. */
@ExtendWith(EngineExtension.class)
class SignInBrowserIT {
    @Test
    void theFrontDoorLeadsStrangersToTheSignInPage(Engine engine) throws IOException {
        try (Browser browser = new Browser(engine)) {
            browser.open("/");

            browser.see("h1", "Sign in to Lighter");
            assertThat(browser.path()).startsWith("/ui/sign-in");
        }
    }

    @Test
    void aWrongPasswordIsToldBesideTheFormAndTheNameIsKept(Engine engine) throws IOException {
        try (Browser browser = new Browser(engine)) {
            browser.signIn("not the password");

            browser.see("[role=alert]", "The name or the password is wrong");
            assertThat(browser.find("#username").getDomProperty("value")).isEqualTo("admin");
            assertThat(browser.find("#password").getDomProperty("value")).isEmpty();
        }
    }

    @Test
    void afterTheSignInThePageAskedForIsShown(Engine engine) throws IOException {
        try (Browser browser = new Browser(engine)) {
            browser.open("/ui/tokens");
            browser.type("#username", "admin");
            browser.type("#password", engine.password());
            browser.click("button[type=submit].primary");

            browser.see("h1", "Tokens");
            assertThat(browser.path()).isEqualTo("/ui/tokens");
        }
    }

    @Test
    void signingOutClosesThePages(Engine engine) throws IOException {
        try (Browser browser = Browser.signedIn(engine)) {
            browser.click("[aria-label='Sign out']");

            browser.see("[role=status]", "You are signed out");
            browser.open("/ui/containers");
            browser.see("h1", "Sign in to Lighter");
        }
    }

    @Test
    void aPageThatDoesNotExistSaysSo(Engine engine) throws IOException {
        try (Browser browser = Browser.signedIn(engine)) {
            browser.open("/ui/containers/nobody-has-this-name");
            browser.see("main", "No such container: nobody-has-this-name");

            browser.open("/ui/nowhere");
            browser.see("main", "There is no page at /ui/nowhere");
        }
    }
}
