package dev.lighter.team;

/** Somebody who uses the engine: what crosses to other features, without secrets. */
public record Account(String id, String name, Role role) {}
