package dev.lighter.network;

import dev.lighter.network.port.PublishedPort;
import java.util.List;
import java.util.function.Predicate;

/** Networks: created, found, removed. */
public interface NetworkService {
    /** Makes a network. */
    Network create(NetworkRequest request);

    /** All networks, the predefined ones included, oldest first. */
    List<Network> list();

    /** The network with this id, name, or unambiguous beginning of an id, in this order. Fails with "network x not found". */
    Network get(String reference);

    /** Removes a network that no container is on. Fails with Docker's words for predefined ones and while in use. */
    void remove(String reference);

    /** Removes the networks that no container is on (running or not) and that are meant; gives them. Predefined ones stay. */
    List<Network> prune(Predicate<Network> meant);

    /** Every place on a network, those of containers that do not run included. */
    List<Endpoint> endpoints(String networkId);

    /** Every place of a container, the one that leads outside first. */
    List<Endpoint> endpointsOf(String containerId);

    /** The ports of a container that are reachable at the host, while it runs. */
    List<PublishedPort> ports(String containerId);

    /** The rules of the engine's table in the packet filter. */
    List<FilterRule> rules();

    /** What went through the links of a running container; empty for others. */
    List<NetworkTraffic> traffic(String containerId);
}
