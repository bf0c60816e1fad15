package dev.lighter.team;

import java.security.Principal;

/**
 * Who makes a request, and how that is known.
 *
 * @param account whose rights the request has
 * @param means how the account was recognised
 */
public record Identity(Account account, Means means) implements Principal {
    /** The ways in. */
    public enum Means {
        /** The unix socket, which only root and its group can open. */
        SOCKET,
        /** A browser that signed in with a password. */
        SIGN_IN,
        /** A name and a password that came with the request. */
        PASSWORD,
        /** A script's token. */
        TOKEN
    }

    @Override
    public String getName() {
        return account.name();
    }
}
