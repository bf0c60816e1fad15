package dev.lighter.network;

/**
 * A bridge that a network has because a bridge takes 1023 ports only; it is joined to the network's first by a pair of links.
 *
 * @param first the end of the pair that is a port of the network's first bridge
 * @param last the end that is a port of this one
 */
record FurtherBridge(String name, String first, String last) {}
