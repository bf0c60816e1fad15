package dev.lighter.network;

import java.util.Map;

/**
 * A part of the address space that a network gives its containers addresses from, as clients write it; what is empty is chosen by the
 * engine.
 *
 * @param subnet {@code 172.18.0.0/16}
 * @param range the part of the subnet that addresses are given out from; empty for all of it
 * @param gateway the bridge's own address; empty for the subnet's first
 * @param auxiliary names with addresses of the subnet that are never given out
 */
public record AddressPool(String subnet, String range, String gateway, Map<String, String> auxiliary) {}
