package dev.lighter.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that features throw: what was asked, what is wrong and what to do, with a kind that each HTTP surface turns into
 * its own answer.
 */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The closed set of reasons, each with its HTTP status. */
    public enum Kind {
        INVALID(400),
        UNAUTHORIZED(401),
        FORBIDDEN(403),
        NOT_FOUND(404),
        CONFLICT(409),
        INTERNAL(500),
        NOT_IMPLEMENTED(501),
        UNAVAILABLE(503);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        /** The HTTP status code of this kind. */
        public int status() {
            return status;
        }
    }

    private final Kind kind;

    /** A failure of this kind; the message is shown to users as it is. */
    public EngineException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Why it failed, as a class of failures. */
    public Kind kind() {
        return kind;
    }

    /** The request is wrong in itself. */
    public static EngineException invalid(String message) {
        return new EngineException(Kind.INVALID, message, null);
    }

    /** What was asked for does not exist. */
    public static EngineException notFound(String message) {
        return new EngineException(Kind.NOT_FOUND, message, null);
    }

    /** The request contradicts the present state. */
    public static EngineException conflict(String message) {
        return new EngineException(Kind.CONFLICT, message, null);
    }

    /** Nobody, or nobody known, is asking. */
    public static EngineException unauthorized(String message) {
        return new EngineException(Kind.UNAUTHORIZED, message, null);
    }

    /** Whoever asks must not. */
    public static EngineException forbidden(String message) {
        return new EngineException(Kind.FORBIDDEN, message, null);
    }

    /** Lighter does not do this. */
    public static EngineException notImplemented(String message) {
        return new EngineException(Kind.NOT_IMPLEMENTED, message, null);
    }

    /** It cannot be done at present. */
    public static EngineException unavailable(String message) {
        return new EngineException(Kind.UNAVAILABLE, message, null);
    }

    /** The engine or the machine failed. */
    public static EngineException internal(String message, @Nullable Throwable cause) {
        return new EngineException(Kind.INTERNAL, message, cause);
    }
}
