package dev.lighter.team;

/** A token at its creation, the only time that its secret is known. */
public record IssuedToken(Token token, String secret) {}
