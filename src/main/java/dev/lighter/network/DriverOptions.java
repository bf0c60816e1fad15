package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.route.NewLink.MacvlanMode;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a network's driver, understood: {@code com.docker.network.bridge.name} and its like, as Docker's clients send them.
 *
 * @param bridge the bridge's name; empty for the engine's choice
 * @param icc whether containers of the network reach each other
 * @param masquerade whether what goes outside bears the host's address
 * @param hostBinding where ports are published by default; null for the engine's choice
 * @param mtu the largest packet in bytes
 * @param prefix how the names of links inside begin
 * @param gateway4 how IPv4 leads outside and back
 * @param gateway6 how IPv6 leads outside and back
 * @param parent the host's link that macvlan addresses are on; empty for one that leads nowhere
 * @param macvlan how macvlan neighbours see one another
 */
record DriverOptions(
        String bridge,
        boolean icc,
        boolean masquerade,
        @Nullable InetAddress hostBinding,
        int mtu,
        String prefix,
        GatewayMode gateway4,
        GatewayMode gateway6,
        String parent,
        MacvlanMode macvlan) {
    static final String BRIDGE_NAME = "com.docker.network.bridge.name";
    static final String DEFAULT_BRIDGE = "com.docker.network.bridge.default_bridge";
    static final String ICC = "com.docker.network.bridge.enable_icc";
    static final String MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";
    static final String HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4";
    static final String MTU = "com.docker.network.driver.mtu";
    private static final String PREFIX = "com.docker.network.container_iface_prefix";
    private static final String GATEWAY_4 = "com.docker.network.bridge.gateway_mode_ipv4";
    private static final String GATEWAY_6 = "com.docker.network.bridge.gateway_mode_ipv6";
    private static final String PARENT = "parent";
    private static final String MACVLAN_MODE = "macvlan_mode";
    private static final Set<String> OF_BRIDGE =
            Set.of(BRIDGE_NAME, DEFAULT_BRIDGE, ICC, MASQUERADE, HOST_BINDING, MTU, PREFIX, GATEWAY_4, GATEWAY_6);
    private static final Set<String> OF_MACVLAN = Set.of(PARENT, MACVLAN_MODE, MTU, PREFIX);
    private static final int LEAST_MTU = 68;
    private static final int LEAST_MTU_V6 = 1280;
    private static final int MOST_MTU = 65535;
    private static final int USUAL_MTU = 1500;
    private static final int LONGEST_PREFIX = 10;

    /** How a network leads outside and back. */
    enum GatewayMode {
        /** What goes out bears the host's address; what comes in comes by published ports only. */
        NAT,
        /** What goes out bears the host's address; every port can be reached by who has a route. */
        NAT_UNPROTECTED,
        /** Addresses stay as they are, and every port can be reached by who has a route. */
        ROUTED,
        /** There is no gateway. */
        ISOLATED
    }

    /** Reads the options of a driver. Fails when one is unknown or has a value that it cannot have. */
    static DriverOptions parse(NetworkDriver driver, Map<String, String> options) {
        Set<String> known = driver == NetworkDriver.MACVLAN ? OF_MACVLAN : OF_BRIDGE;
        for (String name : options.keySet()) {
            if (!known.contains(name)) {
                throw EngineException.invalid(
                        "unknown option \"" + name + "\" for driver " + driver.word() + ": it knows "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
        return new DriverOptions(
                linkName(BRIDGE_NAME, options.getOrDefault(BRIDGE_NAME, "")),
                flag(options, ICC),
                flag(options, MASQUERADE),
                hostBinding(options.getOrDefault(HOST_BINDING, "")),
                mtu(options.getOrDefault(MTU, "")),
                prefix(options.getOrDefault(PREFIX, "eth")),
                gateway(options, GATEWAY_4),
                gateway(options, GATEWAY_6),
                linkName(PARENT, options.getOrDefault(PARENT, "")),
                macvlan(options.getOrDefault(MACVLAN_MODE, "bridge")));
    }

    private static EngineException refused(String option, String value, String wanted) {
        return EngineException.invalid("invalid value for option " + option + ": \"" + value + "\": " + wanted);
    }

    private static String linkName(String option, String name) {
        if (name.length() > 15 || name.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ':' || c > '~')) {
            throw refused(option, name, "a link's name has at most 15 letters, digits and signs but / and :");
        }
        return name;
    }

    private static String prefix(String prefix) {
        if (prefix.isEmpty() || prefix.length() > LONGEST_PREFIX || !prefix.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
            throw refused(PREFIX, prefix, "give at most ten letters and digits, such as eth");
        }
        return prefix;
    }

    private static boolean flag(Map<String, String> options, String option) {
        String value = options.getOrDefault(option, "true");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> true;
            case "false", "0", "f" -> false;
            default -> throw refused(option, value, "give true or false");
        };
    }

    private static int mtu(String value) {
        if (value.isEmpty()) {
            return USUAL_MTU;
        }
        try {
            int mtu = Integer.parseInt(value);
            if (mtu >= LEAST_MTU && mtu <= MOST_MTU) {
                return mtu;
            }
            if (mtu == 0) {
                return USUAL_MTU;
            }
        } catch (NumberFormatException e) {
            throw refused(MTU, value, "give a number of bytes from " + LEAST_MTU + " to " + MOST_MTU);
        }
        throw refused(MTU, value, "give a number of bytes from " + LEAST_MTU + " to " + MOST_MTU);
    }

    /** IPv6 needs packets of 1280 bytes, RFC 8200 section 5. */
    void requireIpv6() {
        if (mtu < LEAST_MTU_V6) {
            throw refused(MTU, Integer.toString(mtu), "IPv6 needs at least " + LEAST_MTU_V6 + " bytes");
        }
    }

    private static @Nullable InetAddress hostBinding(String value) {
        if (value.isEmpty()) {
            return null;
        }
        try {
            InetAddress address = IpPrefix.address(value);
            if (address instanceof Inet4Address) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw refused(HOST_BINDING, value, "give an address of IPv4");
        }
        throw refused(HOST_BINDING, value, "give an address of IPv4");
    }

    private static GatewayMode gateway(Map<String, String> options, String option) {
        String value = options.getOrDefault(option, "");
        return switch (value) {
            case "", "nat" -> GatewayMode.NAT;
            case "nat-unprotected" -> GatewayMode.NAT_UNPROTECTED;
            case "routed" -> GatewayMode.ROUTED;
            case "isolated" -> GatewayMode.ISOLATED;
            default -> throw refused(option, value, "give nat, nat-unprotected, routed or isolated");
        };
    }

    private static MacvlanMode macvlan(String value) {
        return switch (value) {
            case "", "bridge" -> MacvlanMode.BRIDGE;
            case "private" -> MacvlanMode.PRIVATE;
            case "vepa" -> MacvlanMode.VEPA;
            case "passthru" -> MacvlanMode.PASSTHRU;
            default -> throw refused(MACVLAN_MODE, value, "give bridge, private, vepa or passthru");
        };
    }
}
