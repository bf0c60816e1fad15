package dev.lighter.container;

import dev.lighter.network.Network;
import dev.lighter.network.port.PortBinding;
import java.util.List;

/**
 * What a container is to have of the network, apart from its places on single networks; as clients write it.
 *
 * @param mode {@code default}, {@code none}, {@code host}, {@code container:id}, or the network it starts on
 * @param disabled whether it has nothing but loopback whatever the mode says
 * @param publishAllPorts whether each exposed port is published on a free one of the host
 * @param exposedPorts {@code 80/tcp}, {@code 8000-8010/udp}, those of the image included
 * @param dns resolvers that are asked in place of the host's
 * @param dnsOptions options of resolv.conf(5)
 * @param dnsSearch domains to look names up in
 * @param extraHosts {@code name:address} or {@code name:host-gateway}, for hosts(5)
 * @param links {@code container:alias} on the network it starts on
 * @param macAddress the MAC address on the network it starts on
 */
public record NetworkOptions(
        String mode,
        boolean disabled,
        List<PortBinding> portBindings,
        boolean publishAllPorts,
        List<String> exposedPorts,
        List<String> dns,
        List<String> dnsOptions,
        List<String> dnsSearch,
        List<String> extraHosts,
        List<String> links,
        String macAddress) {
    /** The mode of a container that shares another's network begins so. */
    public static final String CONTAINER = "container:";

    /** As the engine chooses, on the network with this name or in this mode. */
    public static NetworkOptions of(String mode) {
        return new NetworkOptions(
                mode, false, List.of(), false, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), "");
    }

    /** The same for another container beside this one: with no fixed address, and published at ports that are free. */
    NetworkOptions beside() {
        return new NetworkOptions(
                mode,
                disabled,
                portBindings.stream()
                        .map(port -> new PortBinding(port.containerPort(), port.protocol(), port.hostAddress(), ""))
                        .distinct()
                        .toList(),
                publishAllPorts,
                exposedPorts,
                dns,
                dnsOptions,
                dnsSearch,
                extraHosts,
                links,
                "");
    }

    NetworkOptions withMode(String other) {
        return new NetworkOptions(
                other,
                disabled,
                portBindings,
                publishAllPorts,
                exposedPorts,
                dns,
                dnsOptions,
                dnsSearch,
                extraHosts,
                links,
                macAddress);
    }

    /** Whether it shares another container's network. */
    public boolean isShared() {
        return mode.startsWith(CONTAINER);
    }

    /** Whether it has the host's own network. */
    public boolean isHost() {
        return mode.equals("host") && !disabled;
    }

    /** Whether it has nothing but loopback. */
    public boolean isNone() {
        return mode.equals("none") || disabled;
    }

    /** Whether nobody said which network it starts on. */
    public boolean isDefault() {
        return mode.isEmpty() || mode.equals("default");
    }

    /** The name or id of the network that it starts on, {@code none} and {@code host} included. */
    public String network() {
        return isDefault() ? Network.DEFAULT : mode;
    }
}
