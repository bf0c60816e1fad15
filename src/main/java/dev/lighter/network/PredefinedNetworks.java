package dev.lighter.network;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.address.Subnet;
import dev.lighter.network.address.SubnetChooser;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The three networks that are always there: {@code bridge}, {@code host} and {@code none}. */
final class PredefinedNetworks {
    private final Subnet preferred;
    private final SubnetChooser chooser;
    private final String bridge;

    /**
     * Says what the default network is to be.
     *
     * @param preferred its subnet, unless the host has a route into it
     * @param bridge the name of its bridge
     */
    PredefinedNetworks(Subnet preferred, SubnetChooser chooser, String bridge) {
        this.preferred = preferred;
        this.chooser = chooser;
        this.bridge = bridge;
    }

    /** Those that there are not yet. */
    List<Network> missing(NetworkRegistry registry, Collection<Subnet> routes) {
        List<Network> missing = new ArrayList<>();
        if (!registry.isTaken(Network.DEFAULT)) {
            missing.add(bridge(routes));
        }
        if (!registry.isTaken("host")) {
            missing.add(network("host", NetworkDriver.HOST, List.of(), Map.of(), ""));
        }
        if (!registry.isTaken("none")) {
            missing.add(network("none", NetworkDriver.NONE, List.of(), Map.of(), ""));
        }
        return missing;
    }

    /**
     * The default network as it is, or on another subnet where the host has come to route its own elsewhere. To be asked only while the
     * network has neither a bridge nor containers.
     */
    Network checked(Network known, Collection<Subnet> routes) {
        boolean isFree = known.pools().stream()
                .map(pool -> Subnet.parse(pool.subnet()))
                .noneMatch(subnet -> routes.stream().anyMatch(subnet::overlaps));
        return isFree ? known : known.with(bridge(routes).pools());
    }

    private Network bridge(Collection<Subnet> routes) {
        Subnet subnet = routes.stream().noneMatch(preferred::overlaps)
                ? preferred
                : chooser.chooseV4(routes).orElse(preferred);
        AddressPool pool = new AddressPool(subnet.toString(), "", IpPrefix.format(subnet.at(1)), Map.of());
        return network(
                Network.DEFAULT,
                NetworkDriver.BRIDGE,
                List.of(pool),
                Map.of(
                        DriverOptions.DEFAULT_BRIDGE, "true",
                        DriverOptions.ICC, "true",
                        DriverOptions.MASQUERADE, "true",
                        DriverOptions.HOST_BINDING, "0.0.0.0",
                        DriverOptions.BRIDGE_NAME, bridge,
                        DriverOptions.MTU, "1500"),
                bridge);
    }

    private static Network network(
            String name, NetworkDriver driver, List<AddressPool> pools, Map<String, String> options, String link) {
        return new Network(
                Ids.next(),
                name,
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                driver,
                pools,
                Map.of(),
                !pools.isEmpty(),
                false,
                false,
                false,
                options,
                Map.of(),
                link,
                false,
                true);
    }
}
