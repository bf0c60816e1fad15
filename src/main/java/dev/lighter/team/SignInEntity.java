package dev.lighter.team;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a browser that is signed in; its cookie is there only as a hash. */
@Entity
@Table(name = "sign_in")
class SignInEntity {
    @Id
    @Column(name = "secret_hash")
    private String secretHash = "";

    @Column(name = "account_id")
    private String accountId = "";

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @Column(name = "expires_at")
    private Instant expiresAt = Instant.EPOCH;

    /** For the persistence provider. */
    protected SignInEntity() {}

    SignInEntity(String secretHash, String accountId, Instant createdAt, Instant expiresAt) {
        this.secretHash = secretHash;
        this.accountId = accountId;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    String secretHash() {
        return secretHash;
    }

    String accountId() {
        return accountId;
    }

    Instant createdAt() {
        return createdAt;
    }

    Instant expiresAt() {
        return expiresAt;
    }
}
