package dev.lighter.team;

/** What an account may do. */
public enum Role {
    /** Everything. */
    ADMINISTRATOR
}
