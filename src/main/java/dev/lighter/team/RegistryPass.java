package dev.lighter.team;

import java.util.Map;
import java.util.Set;

/**
 * What a token of the registry's token flow allows for a few minutes.
 *
 * @param account whose rights it is part of
 * @param actions by repository, what may be done: {@code pull}, {@code push}, {@code delete}, {@code *}
 */
public record RegistryPass(Account account, Map<String, Set<String>> actions) {
    /** Whether it allows an action in a repository. */
    public boolean permits(String repository, String action) {
        Set<String> allowed = actions.getOrDefault(repository, Set.of());
        return allowed.contains(action) || allowed.contains("*");
    }
}
