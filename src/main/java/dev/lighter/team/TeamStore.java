package dev.lighter.team;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The rows of accounts, tokens and signed-in browsers. Every method is one short transaction. */
@Repository
class TeamStore {
    private final EntityManager entities;

    TeamStore(EntityManager entities) {
        this.entities = entities;
    }

    /** Every account. */
    @Transactional(readOnly = true)
    public List<Account> accounts() {
        return entities.createQuery("select a from AccountEntity a", AccountEntity.class).getResultList().stream()
                .map(AccountEntity::account)
                .toList();
    }

    /** The hash of an account's password, by the account's name. */
    @Transactional(readOnly = true)
    public Optional<String> passwordHash(String name) {
        return entities
                .createQuery("select a from AccountEntity a where a.name = :name", AccountEntity.class)
                .setParameter("name", name)
                .getResultList()
                .stream()
                .findFirst()
                .map(AccountEntity::passwordHash);
    }

    /** Adds an account. */
    @Transactional
    public void insert(Account account, String passwordHash, Instant now) {
        entities.persist(new AccountEntity(account, passwordHash, now));
    }

    /** Replaces a password, and ends all sign-ins of the account. */
    @Transactional
    public void changePassword(String accountId, String passwordHash, Instant now) {
        entities.find(AccountEntity.class, accountId).changePassword(passwordHash, now);
        entities.createQuery("delete from SignInEntity s where s.accountId = :account")
                .setParameter("account", accountId)
                .executeUpdate();
    }

    /** Every token that is not revoked. */
    @Transactional(readOnly = true)
    public List<TokenEntity> tokens() {
        return entities.createQuery("select t from TokenEntity t where t.revokedAt is null", TokenEntity.class)
                .getResultList();
    }

    /** Adds a token. */
    @Transactional
    public void insert(Token token, String accountId, String secretHash) {
        entities.persist(new TokenEntity(token, accountId, secretHash));
    }

    /** Records that a token was used. */
    @Transactional
    public void used(String tokenId, Instant when) {
        entities.createQuery("update TokenEntity t set t.lastUsedAt = :now where t.id = :id")
                .setParameter("now", when)
                .setParameter("id", tokenId)
                .executeUpdate();
    }

    /** Records that a token is not valid any more. */
    @Transactional
    public void revoke(String tokenId, Instant now) {
        entities.find(TokenEntity.class, tokenId).revoke(now);
    }

    /** Every sign-in that has not expired; the others are removed. */
    @Transactional
    public List<SignInEntity> signIns(Instant now) {
        entities.createQuery("delete from SignInEntity s where s.expiresAt <= :now")
                .setParameter("now", now)
                .executeUpdate();
        return entities.createQuery("select s from SignInEntity s", SignInEntity.class)
                .getResultList();
    }

    /** Adds a sign-in. */
    @Transactional
    public void insert(SignInEntity signIn) {
        entities.persist(signIn);
    }

    /** Removes a sign-in. */
    @Transactional
    public void deleteSignIn(String secretHash) {
        entities.createQuery("delete from SignInEntity s where s.secretHash = :hash")
                .setParameter("hash", secretHash)
                .executeUpdate();
    }
}
