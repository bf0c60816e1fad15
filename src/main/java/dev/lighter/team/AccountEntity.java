package dev.lighter.team;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** An account's row. */
@Entity
@Table(name = "account")
class AccountEntity {
    @Id
    private String id = "";

    private String name = "";

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private Role role = Role.ADMINISTRATOR;

    @Column(name = "password_hash")
    private String passwordHash = "";

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @Column(name = "password_changed_at")
    private Instant passwordChangedAt = Instant.EPOCH;

    /** For the persistence provider. */
    protected AccountEntity() {}

    AccountEntity(Account account, String passwordHash, Instant now) {
        this.id = account.id();
        this.name = account.name();
        this.role = account.role();
        this.passwordHash = passwordHash;
        this.createdAt = now;
        this.passwordChangedAt = now;
    }

    Account account() {
        return new Account(id, name, role);
    }

    String passwordHash() {
        return passwordHash;
    }

    void changePassword(String hash, Instant now) {
        passwordHash = hash;
        passwordChangedAt = now;
    }
}
