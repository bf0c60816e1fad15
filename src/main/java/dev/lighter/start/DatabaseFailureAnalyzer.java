package dev.lighter.start;

import java.sql.SQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Tells why the database cannot be used: no server, a wrong password, a database that does not exist. Made by Spring Boot, before there are
 * any beans; goes before what is said of files and sockets, as a server that does not answer is both.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {
    private final Environment environment;

    DatabaseFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable root, SQLException cause) {
        String url = environment.getProperty("spring.datasource.url", "of the engine");
        return new FailureAnalysis(
                "The database " + url.replaceFirst("[;?].*", "") + " cannot be used: "
                        + String.valueOf(cause.getMessage()).lines().findFirst().orElse("") + ".",
                "Make sure that its server runs and that spring.datasource.url, username and password in"
                        + " /etc/lighter/lighter.yml are right.",
                cause);
    }
}
