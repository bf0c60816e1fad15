package dev.lighter.network;

/**
 * A rule of the engine's table in the kernel's packet filter, for people.
 *
 * @param chain where packets meet it
 * @param meaning what it does, in words
 * @param packets how many it was for, or -1 where that is not counted
 * @param bytes how many these had, or -1
 */
public record FilterRule(String chain, String meaning, long packets, long bytes) {}
