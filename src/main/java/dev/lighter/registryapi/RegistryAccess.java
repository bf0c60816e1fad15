package dev.lighter.registryapi;

import dev.lighter.http.RegistryPath;
import dev.lighter.registry.RegistryError;
import dev.lighter.registry.RegistryException;
import dev.lighter.security.RegistrySignIn;
import dev.lighter.team.Identity;
import dev.lighter.team.RegistryPass;
import dev.lighter.team.Role;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/** Decides who may pull, push and delete: the account's role first, then what the token allows that it came with. */
@Component
class RegistryAccess {
    /**
     * Lets a request pass, or fails with DENIED where the account may not do this, and with UNAUTHORIZED where another token would do.
     */
    void check(RegistryPath path, HttpServletRequest request, HttpServletResponse response) {
        Identity identity = identity();
        String action = action(path, request.getMethod());
        if (!permits(identity.account().role(), action)) {
            throw new RegistryException(
                    RegistryError.DENIED,
                    "requested access to the resource is denied: the account "
                            + identity.account().name() + " may not " + action);
        }
        RegistryPass pass = pass().orElse(null);
        if (pass == null || path.kind() == RegistryPath.Kind.BASE) {
            return;
        }
        boolean allowed = path.kind() == RegistryPath.Kind.CATALOG
                ? pass.permits(RegistryTokens.CATALOG, "*")
                : path.kind() != RegistryPath.Kind.TOKEN && pass.permits(path.repository(), action);
        if (!allowed) {
            RegistrySignIn.challenge(request, response, "insufficient_scope");
            throw new RegistryException(
                    RegistryError.UNAUTHORIZED, "the token does not allow to " + action + " here: ask for another one");
        }
    }

    /** Looking at one's own upload is part of pushing. */
    private static String action(RegistryPath path, String method) {
        return path.kind() == RegistryPath.Kind.UPLOAD ? "push" : RegistryPath.action(method);
    }

    /** Whether whoever asks may pull from a repository beside the one of the path. */
    static boolean mayPull(String repository) {
        return pass().map(pass -> pass.permits(repository, "pull")).orElse(true);
    }

    /** Whether only the account's role limits the request, and no token. */
    static boolean isUnlimited() {
        return pass().isEmpty();
    }

    /** What a role may do. A new role has to be thought of here. */
    static boolean permits(Role role, String action) {
        return switch (role) {
            case ADMINISTRATOR -> true;
        };
    }

    /** Who asks. */
    static Identity identity() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof Identity identity) {
            return identity;
        }
        throw new RegistryException(RegistryError.UNAUTHORIZED, "authentication required");
    }

    private static Optional<RegistryPass> pass() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        @Nullable Object details = authentication == null ? null : authentication.getDetails();
        return details instanceof RegistryPass pass ? Optional.of(pass) : Optional.empty();
    }
}
