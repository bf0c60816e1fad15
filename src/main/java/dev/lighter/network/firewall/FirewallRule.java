package dev.lighter.network.firewall;

/**
 * A rule, or what a rule looks up in a set or map, for people.
 *
 * @param chain the rule's chain, or the set or map with {@code @} before its name
 * @param meaning what it does, in words
 * @param packets how many it was for, of connections whose addresses are translated the first only; -1 where that is not counted
 * @param bytes how many these had; -1 where that is not counted
 */
public record FirewallRule(String chain, String meaning, long packets, long bytes) {}
