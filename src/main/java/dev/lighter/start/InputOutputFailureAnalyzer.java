package dev.lighter.start;

import java.io.IOException;
import java.net.BindException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells what the machine refused at the start: files, control groups, the database's server. Leaves ports to Spring Boot's own words. Made by
 * Spring Boot, before there are any beans.
 */
final class InputOutputFailureAnalyzer extends AbstractFailureAnalyzer<IOException> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, IOException cause) {
        if (cause instanceof BindException) {
            return null;
        }
        return new FailureAnalysis(
                "The engine cannot start: "
                        + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()) + ".",
                "Remove the cause and start again; with --debug the log shows where it happened.",
                cause);
    }
}
