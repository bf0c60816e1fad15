package dev.lighter.team;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Service;

/**
 * Gives out the short-lived tokens of the registry's token flow, and knows them again. Nothing is kept: a token holds what it allows, and a
 * signature with a key that ends with the engine. Safe for all threads.
 */
@Service
public class RegistryPasses {
    /** How long one is valid. */
    public static final Duration LIFETIME = Duration.ofMinutes(15);

    private static final String PREFIX = "ltr_";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final AccountService accounts;
    private final Clock clock;
    private final SecretKeySpec key;

    RegistryPasses(AccountService accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    /** A token for a pass. */
    public String issue(RegistryPass pass) {
        String actions = new TreeMap<>(pass.actions())
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + String.join(",", new TreeSet<>(entry.getValue())))
                        .collect(Collectors.joining(";"));
        String content =
                pass.account().id() + "\n" + clock.instant().plus(LIFETIME).getEpochSecond() + "\n" + actions;
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return PREFIX + ENCODER.encodeToString(bytes) + "." + ENCODER.encodeToString(signature(bytes));
    }

    /** The pass of a token; empty where it is none of ours, or has expired. */
    public Optional<RegistryPass> find(String token) {
        int dot = token.indexOf('.');
        if (!token.startsWith(PREFIX) || dot < 0) {
            return Optional.empty();
        }
        byte[] bytes;
        byte[] signature;
        try {
            bytes = Base64.getUrlDecoder().decode(token.substring(PREFIX.length(), dot));
            signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
        if (!MessageDigest.isEqual(signature, signature(bytes))) {
            return Optional.empty();
        }
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        if (!Instant.ofEpochSecond(Long.parseLong(parts[1])).isAfter(clock.instant())) {
            return Optional.empty();
        }
        return accounts.find(parts[0]).map(account -> new RegistryPass(account, actions(parts[2])));
    }

    private static Map<String, Set<String>> actions(String text) {
        Map<String, Set<String>> actions = new TreeMap<>();
        for (String one : text.split(";")) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                actions.put(
                        one.substring(0, equals),
                        Set.of(one.substring(equals + 1).split(",")));
            }
        }
        return actions;
    }

    private byte[] signature(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
