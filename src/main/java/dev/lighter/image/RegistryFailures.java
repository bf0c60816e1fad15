package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.image.registry.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;

/** Says in Docker's words what registries refused. */
final class RegistryFailures {
    private RegistryFailures() {}

    static EngineException pull(ImageReference name, IOException failure) {
        if (failure instanceof RegistryException e) {
            String message = String.valueOf(e.getMessage());
            return switch (e.reason()) {
                case NOT_FOUND ->
                    e.code().equals("name unknown")
                            ? new EngineException(
                                    Kind.NOT_FOUND,
                                    "pull access denied for " + name.familiarRepository()
                                            + ", repository does not exist or may require 'docker login': " + message,
                                    e)
                            : new EngineException(
                                    Kind.NOT_FOUND, "manifest for " + name.familiar() + " not found: " + message, e);
                case DENIED ->
                    new EngineException(
                            Kind.NOT_FOUND,
                            "pull access denied for " + name.familiarRepository()
                                    + ", repository does not exist or may require 'docker login': " + message,
                            e);
                default -> any(e);
            };
        }
        return other(failure);
    }

    static EngineException push(IOException failure) {
        if (failure instanceof RegistryException e) {
            return e.reason() == RegistryException.Reason.DENIED
                    ? new EngineException(
                            Kind.FORBIDDEN, "denied: requested access to the resource is denied: " + e.getMessage(), e)
                    : any(e);
        }
        return other(failure);
    }

    static EngineException any(RegistryException e) {
        Kind kind = switch (e.reason()) {
            case NOT_FOUND -> Kind.NOT_FOUND;
            case UNAUTHORIZED, DENIED, FORBIDDEN -> Kind.FORBIDDEN;
            case TOO_MANY_REQUESTS, UNREACHABLE, UNTRUSTED, PASSING -> Kind.UNAVAILABLE;
            case BROKEN -> Kind.INVALID;
        };
        return new EngineException(kind, String.valueOf(e.getMessage()), e);
    }

    private static EngineException other(IOException failure) {
        return failure instanceof InterruptedIOException
                ? new EngineException(Kind.UNAVAILABLE, "the transfer was broken off", failure)
                : ImageLoader.reason(failure);
    }

    /** Whether what has come so far is of use to the next attempt. */
    static boolean isInterruption(IOException failure) {
        return failure instanceof InterruptedIOException
                || Thread.currentThread().isInterrupted()
                || failure instanceof RegistryException e
                        && (e.isPassing() || e.reason() == RegistryException.Reason.UNREACHABLE);
    }
}
