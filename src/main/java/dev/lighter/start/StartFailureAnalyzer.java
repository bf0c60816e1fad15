package dev.lighter.start;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells a failed start in two sentences instead of a stack trace. Made by Spring Boot, before there are any beans. */
final class StartFailureAnalyzer extends AbstractFailureAnalyzer<StartFailure> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, StartFailure cause) {
        return new FailureAnalysis(cause.reason(), cause.remedy(), cause);
    }
}
