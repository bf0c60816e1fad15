package dev.lighter.network;

import java.util.List;
import java.util.Map;

/**
 * What a container asks for on a network, as clients write it; what is empty is chosen by the engine.
 *
 * @param aliases further names that the container has on this network
 * @param links {@code container:alias}: names that only this container knows others by
 * @param ipv4Address a fixed address of the network's
 * @param ipv6Address a fixed address of the network's
 * @param linkLocalAddresses further addresses
 * @param macAddress a fixed MAC address
 * @param options {@code com.docker.network.endpoint.ifname}, {@code com.docker.network.endpoint.sysctls}
 * @param gatewayPriority the network with the highest one leads outside
 */
public record EndpointSettings(
        List<String> aliases,
        List<String> links,
        String ipv4Address,
        String ipv6Address,
        List<String> linkLocalAddresses,
        String macAddress,
        Map<String, String> options,
        int gatewayPriority) {
    /** Everything as the engine chooses. */
    public static final EndpointSettings NONE =
            new EndpointSettings(List.of(), List.of(), "", "", List.of(), "", Map.of(), 0);

    /** The same for another container beside this one, with no fixed address. */
    public EndpointSettings beside() {
        return new EndpointSettings(aliases, links, "", "", List.of(), "", options, gatewayPriority);
    }
}
