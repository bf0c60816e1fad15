package dev.lighter.team;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that is not revoked, as it is shown after its creation: never its secret.
 *
 * @param expiresAt null for never
 * @param lastUsedAt null before the first use
 */
public record Token(
        String id,
        String name,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt) {
    /** Whether the token opens the door at this time. */
    public boolean isValid(Instant now) {
        return expiresAt == null || expiresAt.isAfter(now);
    }

    Token usedAt(Instant now) {
        return new Token(id, name, createdAt, expiresAt, now);
    }
}
