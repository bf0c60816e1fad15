package dev.lighter.team;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A token's row; its secret is there only as a hash. */
@Entity
@Table(name = "token")
class TokenEntity {
    @Id
    private String id = "";

    @Column(name = "account_id")
    private String accountId = "";

    private String name = "";

    @Column(name = "secret_hash")
    private String secretHash = "";

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @Column(name = "expires_at")
    private @Nullable Instant expiresAt;

    @Column(name = "last_used_at")
    private @Nullable Instant lastUsedAt;

    @Column(name = "revoked_at")
    private @Nullable Instant revokedAt;

    /** For the persistence provider. */
    protected TokenEntity() {}

    TokenEntity(Token token, String accountId, String secretHash) {
        this.id = token.id();
        this.accountId = accountId;
        this.name = token.name();
        this.secretHash = secretHash;
        this.createdAt = token.createdAt();
        this.expiresAt = token.expiresAt();
    }

    String accountId() {
        return accountId;
    }

    String secretHash() {
        return secretHash;
    }

    void revoke(Instant now) {
        revokedAt = now;
    }

    Token token() {
        return new Token(id, name, createdAt, expiresAt, lastUsedAt);
    }
}
