package dev.lighter.team;

import dev.lighter.error.EngineException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Service;

/** Accounts and their passwords. Keeps all accounts in memory beside their rows; safe for all threads. */
@Service
public class AccountService {
    /** The name of the account that exists from the first start on. */
    public static final String FIRST_ADMINISTRATOR = "admin";

    private static final int LONGEST_FIRST_START_SECONDS = 30;
    private static final int SHORTEST_PASSWORD = 12;
    /** What bcrypt looks at. */
    private static final int LONGEST_PASSWORD_BYTES = 72;

    private final TeamStore store;
    private final PasswordEncoder passwords;
    private final Clock clock;
    private final Map<String, Account> byId = new ConcurrentHashMap<>();
    private final CompletableFuture<Account> administrator = new CompletableFuture<>();
    /** Compared with when there is no such account, so that an answer takes as long as when there is. */
    private volatile String decoyHash = "";

    AccountService(TeamStore store, PasswordEncoder passwords, Clock clock) {
        this.store = store;
        this.passwords = passwords;
        this.clock = clock;
        store.accounts().forEach(this::add);
    }

    /**
     * Makes the first administrator where there is no account yet.
     *
     * @param announce is told the generated password, which is not kept anywhere, before the account exists
     */
    public synchronized void ensureAdministrator(Consumer<String> announce) {
        if (!byId.isEmpty()) {
            return;
        }
        String password = Secrets.readablePassword();
        Account account = new Account(Secrets.id(), FIRST_ADMINISTRATOR, Role.ADMINISTRATOR);
        String hash = passwords.encode(password);
        announce.accept(password);
        store.insert(account, String.valueOf(hash), clock.instant());
        add(account);
    }

    private void add(Account account) {
        byId.put(account.id(), account);
        if (account.role() == Role.ADMINISTRATOR) {
            administrator.complete(account);
        }
    }

    /** The account that the unix socket acts as. Waited for while the very first start is making it. */
    public Account administrator() {
        try {
            return administrator.get(LONGEST_FIRST_START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("the engine is shutting down");
        } catch (ExecutionException | TimeoutException e) {
            throw new EngineException(
                    EngineException.Kind.UNAVAILABLE, "the engine is still starting: try again in a moment", e);
        }
    }

    /** The account with this id. */
    Optional<Account> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The account with this name, if the password is its own. Takes tens of milliseconds of computing, by intention. */
    Optional<Account> authenticate(String name, String password) {
        Optional<Account> account = byId.values().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst();
        Optional<String> hash = account.flatMap(known -> store.passwordHash(known.name()));
        boolean matches = passwords.matches(password, hash.orElseGet(this::decoy));
        return matches && hash.isPresent() ? account : Optional.empty();
    }

    /** The stored hash of an account's password, which changes with it; empty where there is no such account. */
    String passwordHash(String name) {
        return store.passwordHash(name).orElse("");
    }

    private String decoy() {
        if (decoyHash.isEmpty()) {
            decoyHash = String.valueOf(passwords.encode(Secrets.readablePassword()));
        }
        return decoyHash;
    }

    /** Gives an account a new password, if it is one that can be used. */
    void changePassword(Account account, String password) {
        if (password.codePointCount(0, password.length()) < SHORTEST_PASSWORD) {
            throw EngineException.invalid(
                    "the new password is too short: use at least " + SHORTEST_PASSWORD + " characters");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > LONGEST_PASSWORD_BYTES) {
            throw EngineException.invalid(
                    "the new password is too long: use at most " + LONGEST_PASSWORD_BYTES + " bytes");
        }
        store.changePassword(account.id(), String.valueOf(passwords.encode(password)), clock.instant());
    }
}
