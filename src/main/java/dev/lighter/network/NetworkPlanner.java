package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.DriverOptions.GatewayMode;
import dev.lighter.network.address.Subnet;
import dev.lighter.network.address.SubnetChooser;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Turns a request for a network into the network, complete with subnets and gateways, or refuses it in Docker's words. */
final class NetworkPlanner {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    private static final int LONGEST_V4 = 31;
    private static final int LONGEST_V6 = 127;

    private final SubnetChooser chooser;

    NetworkPlanner(SubnetChooser chooser) {
        this.chooser = chooser;
    }

    /**
     * Plans a network.
     *
     * @param link the name of its bridge, unless it is asked for in the options
     * @param networks the subnets of the engine's networks, which no other may overlap
     * @param routes the subnets that the host has routes to, which are not chosen but may be asked for
     */
    Network plan(
            String id, NetworkRequest request, String link, Collection<Subnet> networks, Collection<Subnet> routes) {
        NetworkDriver driver = checkDriver(request);
        checkName(request.name());
        DriverOptions options = DriverOptions.parse(driver, request.options());
        List<AddressPool> asked = request.pools();
        boolean hasV6Pool = asked.stream().anyMatch(pool -> pool.subnet().contains(":"));
        boolean ipv4 = request.ipv4() == null || request.ipv4();
        boolean ipv6 = request.ipv6() == null ? hasV6Pool : request.ipv6();
        if (!ipv4 && !ipv6) {
            throw EngineException.invalid("IPv4 or IPv6 must be enabled: leave EnableIPv4 out or set EnableIPv6");
        }
        if (ipv6) {
            options.requireIpv6();
        }
        requireIsolatedIsInternal(request, options);
        List<Subnet> taken = new ArrayList<>(networks);
        List<AddressPool> pools = new ArrayList<>();
        boolean v4Left = ipv4;
        boolean v6Left = ipv6;
        for (AddressPool pool : asked) {
            if (pool.subnet().isEmpty()) {
                if (!pool.gateway().isEmpty() || !pool.range().isEmpty()) {
                    throw refused("a gateway or an ip-range needs a subnet: give one with it");
                }
                continue;
            }
            AddressPool complete = complete(pool);
            Subnet subnet = Subnet.parse(complete.subnet());
            if (!(subnet.isV4() ? ipv4 : ipv6)) {
                throw refused("subnet " + subnet + " is of IPv" + (subnet.isV4() ? 4 : 6)
                        + ", which is not enabled on this network");
            }
            requireFree(subnet, taken);
            taken.add(subnet);
            pools.add(complete);
            v4Left &= !subnet.isV4();
            v6Left &= subnet.isV4();
        }
        Collection<Subnet> inUse = new ArrayList<>(taken);
        inUse.addAll(routes);
        if (v4Left) {
            pools.add(chosen(chooser.chooseV4(inUse).orElseThrow(NetworkPlanner::exhausted)));
        }
        if (v6Left) {
            pools.add(chosen(chooser.chooseV6(inUse).orElseThrow(NetworkPlanner::exhausted)));
        }
        pools.sort(Comparator.comparing(pool -> pool.subnet().contains(":")));
        String chosen = driver == NetworkDriver.MACVLAN ? options.parent() : options.bridge();
        String name = chosen.isEmpty() ? link : chosen;
        return new Network(
                id,
                request.name(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                driver,
                List.copyOf(pools),
                request.ipamOptions(),
                ipv4,
                ipv6,
                request.internal(),
                request.attachable(),
                request.options(),
                request.labels(),
                name,
                false,
                false);
    }

    /** Refuses names and drivers that no network can have, whatever else is asked for. */
    static void check(NetworkRequest request) {
        checkDriver(request);
        checkName(request.name());
    }

    private static NetworkDriver checkDriver(NetworkRequest request) {
        NetworkDriver driver = NetworkDriver.parse(request.driver());
        if (driver == NetworkDriver.HOST || driver == NetworkDriver.NONE) {
            throw EngineException.forbidden("only one instance of \"" + driver.word() + "\" network is allowed");
        }
        String ipam = request.ipamDriver();
        if (!ipam.isEmpty() && !ipam.equals("default")) {
            throw EngineException.notFound("could not find plugin " + ipam
                    + " in v1 plugin registry: plugin not found: the IPAM driver is called default");
        }
        return driver;
    }

    private static void checkName(String name) {
        if (name.isBlank()) {
            throw EngineException.invalid("network name cannot be empty: give one in Name");
        }
        if (List.of("bridge", "host", "none", "default").contains(name)) {
            throw EngineException.forbidden(
                    "operation is not permitted on predefined " + name + " network: choose another name");
        }
        if (name.startsWith("container:") || !NAME.matcher(name).matches()) {
            throw EngineException.invalid(
                    "invalid network name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, at most 255");
        }
    }

    private static void requireIsolatedIsInternal(NetworkRequest request, DriverOptions options) {
        if ((options.gateway4() == GatewayMode.ISOLATED || options.gateway6() == GatewayMode.ISOLATED)
                && !request.internal()) {
            throw EngineException.invalid("gateway mode 'isolated' can only be used for an internal network");
        }
    }

    private static EngineException refused(String reason) {
        return EngineException.invalid("invalid network config:\n" + reason);
    }

    private static EngineException exhausted() {
        return EngineException.forbidden("all predefined address pools have been fully subnetted: remove networks, give"
                + " a subnet, or configure lighter.networks.pools");
    }

    private static void requireFree(Subnet subnet, Collection<Subnet> taken) {
        for (Subnet other : taken) {
            if (subnet.overlaps(other)) {
                throw EngineException.forbidden("invalid pool request: Pool overlaps with other one on this address"
                        + " space: " + subnet + " and " + other + ": choose another subnet");
            }
        }
    }

    private static AddressPool chosen(Subnet subnet) {
        return new AddressPool(subnet.toString(), "", IpPrefix.format(subnet.at(1)), Map.of());
    }

    private static AddressPool complete(AddressPool pool) {
        Subnet subnet = subnet("subnet", pool.subnet());
        boolean v4 = subnet.isV4();
        if (subnet.prefix().length() > (v4 ? LONGEST_V4 : LONGEST_V6)) {
            throw refused("invalid subnet " + subnet + ": it has room for no container: use a shorter prefix");
        }
        Subnet range = subnet;
        if (!pool.range().isEmpty()) {
            range = subnet("ip-range", pool.range());
            if (range.isV4() != v4) {
                throw refused("invalid ip-range " + range + ": parent subnet is an IPv" + (v4 ? 4 : 6) + " block");
            }
            if (!subnet.contains(range)) {
                throw refused("invalid ip-range " + range + ": it is not a part of the subnet " + subnet);
            }
        }
        Map<String, String> auxiliary = new HashMap<>();
        pool.auxiliary()
                .forEach((name, address) ->
                        auxiliary.put(name, IpPrefix.format(inside("auxiliary address", address, subnet))));
        InetAddress gateway = pool.gateway().isEmpty()
                ? firstFree(subnet, range, auxiliary)
                : inside("gateway", withoutLength(pool.gateway()), subnet);
        if (auxiliary.containsValue(IpPrefix.format(gateway))) {
            throw refused("invalid gateway " + IpPrefix.format(gateway) + ": it is an auxiliary address, too");
        }
        return new AddressPool(
                subnet.toString(),
                pool.range().isEmpty() ? "" : range.toString(),
                IpPrefix.format(gateway),
                Map.copyOf(auxiliary));
    }

    private static String withoutLength(String address) {
        int slash = address.indexOf('/');
        return slash < 0 ? address : address.substring(0, slash);
    }

    private static Subnet subnet(String what, String text) {
        try {
            IpPrefix prefix = IpPrefix.parse(text);
            if (text.indexOf('/') < 0) {
                throw refused(
                        "invalid " + what + " " + text + ": invalid CIDR block notation: write it as 172.18.0.0/16");
            }
            if (!prefix.network().equals(prefix)) {
                throw refused("invalid " + what + " " + text + ": it should be " + prefix.network());
            }
            return Subnet.of(prefix);
        } catch (IllegalArgumentException e) {
            throw refused("invalid " + what + " " + text + ": invalid CIDR block notation: " + e.getMessage());
        }
    }

    private static InetAddress inside(String what, String text, Subnet subnet) {
        InetAddress address;
        try {
            address = IpPrefix.address(text);
        } catch (IllegalArgumentException e) {
            throw refused(
                    "invalid " + what + " " + text + ": invalid address: write it as " + IpPrefix.format(subnet.at(1)));
        }
        if (!subnet.contains(address)) {
            throw refused("invalid " + what + " " + text + ": parent subnet " + subnet + " does not contain it");
        }
        return address;
    }

    /** The range's first address, or the subnet's where the range begins elsewhere, as Docker chooses. */
    private static InetAddress firstFree(Subnet subnet, Subnet range, Map<String, String> auxiliary) {
        long from =
                Math.max(subnet.size() > 2 ? 1 : 0, subnet.offset(range.prefix().address()));
        for (long offset = from; offset < subnet.size(); offset++) {
            InetAddress candidate = subnet.at(offset);
            if (!auxiliary.containsValue(IpPrefix.format(candidate))) {
                return candidate;
            }
        }
        throw refused("invalid subnet " + subnet + ": every address is an auxiliary one: use a larger subnet");
    }
}
