package dev.lighter.network;

import dev.lighter.network.port.PortBinding;
import java.net.InetAddress;
import java.util.List;

/**
 * What a container wants of the networks that it is on.
 *
 * @param name what it is called in messages and events
 * @param ports what is to be reachable at the host
 * @param resolvers who is asked for names that are none of ours; empty for the host's
 */
public record ContainerNeeds(String name, List<PortBinding> ports, List<InetAddress> resolvers) {}
