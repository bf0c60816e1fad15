package dev.lighter.image.registry;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a registry refused or failed to do. The message holds no secrets and no control characters. */
public final class RegistryException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 400;

    /** Why it failed. */
    public enum Reason {
        /** There is no such manifest, blob or repository. */
        NOT_FOUND,
        /** Nobody known is asking, or with a wrong password. */
        UNAUTHORIZED,
        /** Whoever asks must not. */
        DENIED,
        /** The registry asks for fewer requests. */
        TOO_MANY_REQUESTS,
        /** No server answers at the address. */
        UNREACHABLE,
        /** The server's certificate is not trusted. */
        UNTRUSTED,
        /** The connection broke or rests, or the server has trouble: another attempt may succeed. */
        PASSING,
        /** The engine's own rules forbid it. */
        FORBIDDEN,
        /** The answer makes no sense. */
        BROKEN
    }

    private final Reason reason;
    private final String code;
    private final @Nullable Duration retryAfter;

    private RegistryException(
            Reason reason, String code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(clean(message), cause);
        this.reason = reason;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    static RegistryException of(Reason reason, String code, String message, @Nullable Duration retryAfter) {
        return new RegistryException(reason, code, message, retryAfter, null);
    }

    static RegistryException of(Reason reason, String message, @Nullable Throwable cause) {
        return new RegistryException(reason, "", message, null, cause);
    }

    static RegistryException broken(String message) {
        return new RegistryException(Reason.BROKEN, "", message, null, null);
    }

    static RegistryException forbidden(String message) {
        return new RegistryException(Reason.FORBIDDEN, "", message, null, null);
    }

    public Reason reason() {
        return reason;
    }

    /** The registry's own code in lower case, for instance {@code manifest unknown}; empty where it gave none. */
    public String code() {
        return code;
    }

    /** How long the registry asks to wait. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the same request may succeed later. */
    public boolean isPassing() {
        return reason == Reason.PASSING || reason == Reason.TOO_MANY_REQUESTS;
    }

    /** What strangers write is shown in terminals and pages: one line, no control characters, not too long. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
    }
}
