package dev.lighter.registryapi;

import dev.lighter.team.Account;
import dev.lighter.team.RegistryPass;
import dev.lighter.team.RegistryPasses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives out tokens of the token flow, to those who have signed in otherwise.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token authentication</a>
 */
@Component
class RegistryTokens {
    /** The catalog among the repositories of a pass. */
    static final String CATALOG = "_catalog";

    private static final int MOST_SCOPES = 100;
    private static final Set<String> ACTIONS = Set.of("pull", "push", "delete", "*");

    private final RegistryPasses passes;
    private final JsonMapper json;

    RegistryTokens(RegistryPasses passes, JsonMapper json) {
        this.passes = passes;
        this.json = json;
    }

    void give(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Account account = RegistryAccess.identity().account();
        List<String> scopes = Query.of(request.getQueryString()).all("scope");
        String token = passes.issue(new RegistryPass(account, actions(account, scopes)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token", token);
        answer.put("access_token", token);
        answer.put("expires_in", RegistryPasses.LIFETIME.toSeconds());
        answer.put("issued_at", Instant.now().toString());
        response.setHeader("Cache-Control", "no-store");
        RegistryAnswers.json(response, "application/json", json.writeValueAsString(answer));
    }

    /**
     * What is asked for, as far as the account may do it: {@code repository:name:pull,push}, several of them with spaces, which some clients send as
     * pluses.
     */
    private static Map<String, Set<String>> actions(Account account, List<String> scopes) {
        Map<String, Set<String>> actions = new LinkedHashMap<>();
        for (String scope : String.join(" ", scopes).split("[ +]")) {
            int start = scope.indexOf(':');
            int end = scope.lastIndexOf(':');
            if (start <= 0 || end <= start || actions.size() >= MOST_SCOPES) {
                continue;
            }
            String name = scope.substring(start + 1, end);
            String type = scope.substring(0, start);
            boolean catalog = type.equals("registry") && name.equals("catalog");
            if (!catalog && !type.equals("repository") || name.matches(".*[;=\\s].*")) {
                continue;
            }
            Set<String> granted = actions.computeIfAbsent(catalog ? CATALOG : name, key -> new TreeSet<>());
            for (String action : scope.substring(end + 1).split(",")) {
                if (ACTIONS.contains(action) && RegistryAccess.permits(account.role(), action)) {
                    granted.add(action);
                }
            }
        }
        return actions;
    }
}
