package dev.lighter.security;

import dev.lighter.http.LighterProperties;
import dev.lighter.team.AccountService;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Makes the first administrator at the first start, and tells the password on standard output, once and nowhere else. */
@Component
final class FirstAdministrator {
    private final AccountService accounts;
    private final LighterProperties properties;

    FirstAdministrator(AccountService accounts, LighterProperties properties) {
        this.accounts = accounts;
        this.properties = properties;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        int port =
                event.getApplicationContext() instanceof WebServerApplicationContext web && web.getWebServer() != null
                        ? web.getWebServer().getPort()
                        : properties.http().port();
        accounts.ensureAdministrator(password -> announce(password, port));
    }

    private void announce(String password, int port) {
        String address = properties.http().address();
        String host = address.contains(":") ? "[" + address + "]" : address;
        String line = "=".repeat(72);
        System.out.println(String.join(
                System.lineSeparator(),
                "",
                line,
                "  Lighter is ready:  http://" + host + ":" + port + "/ui",
                "",
                "  Account:   " + AccountService.FIRST_ADMINISTRATOR,
                "  Password:  " + password,
                "",
                "  The password is shown only this once. Change it on the account page.",
                line,
                ""));
        System.out.flush();
    }
}
