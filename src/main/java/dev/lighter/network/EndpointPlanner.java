package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks what a container asks for on a network, in Docker's words where it cannot be. */
final class EndpointPlanner {
    static final String LINK_NAME = "com.docker.network.endpoint.ifname";
    static final String SETTINGS = "com.docker.network.endpoint.sysctls";
    private static final Pattern NAME = Pattern.compile("[^\\s/:]{1,15}");
    private static final Pattern ALIAS = Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,252})");
    private static final Pattern SETTING =
            Pattern.compile("net\\.(ipv4|ipv6|mpls)\\.[A-Za-z0-9_.\\-]*IFNAME[A-Za-z0-9_.\\-]*");

    private EndpointPlanner() {}

    static LiveEndpoint plan(
            LiveNetwork network, String containerId, EndpointSettings settings, List<String> containerNames) {
        Network view = network.view();
        String name = view.name();
        if (view.predefined() && !(settings.ipv4Address() + settings.ipv6Address()).isEmpty()) {
            throw refused(name, "user specified IP address is supported on user defined networks only");
        }
        address(network, settings.ipv4Address(), true);
        address(network, settings.ipv6Address(), false);
        settings.linkLocalAddresses().forEach(address -> parse(name, address));
        if (!settings.macAddress().isEmpty()) {
            mac(name, settings.macAddress());
        }
        linkName(name, settings);
        linkSettings(name, settings, "eth0");
        for (String option : settings.options().keySet()) {
            if (!option.equals(LINK_NAME) && !option.equals(SETTINGS)) {
                throw refused(name, "unknown driver option \"" + option + "\": use " + LINK_NAME + " or " + SETTINGS);
            }
        }
        links(name, settings);
        Set<String> names = new LinkedHashSet<>(containerNames);
        for (String alias : settings.aliases()) {
            if (!ALIAS.matcher(alias).matches()) {
                throw refused(name, "invalid alias \"" + alias + "\": use letters, digits, _ . and -");
            }
            names.add(alias);
        }
        EndpointRow row = new EndpointRow(Ids.next(), view.id(), containerId, settings, List.copyOf(names), null);
        return new LiveEndpoint(network, row);
    }

    private static EngineException refused(String network, String reason) {
        return EngineException.invalid(
                "invalid config for network " + network + ": invalid endpoint settings:\n" + reason);
    }

    private static InetAddress parse(String network, String text) {
        try {
            return IpPrefix.address(text);
        } catch (IllegalArgumentException e) {
            throw refused(network, "invalid IP address: " + text + ": write it in digits, such as 172.18.0.5");
        }
    }

    /** A fixed address is one of the network's own subnets. */
    static @Nullable InetAddress address(LiveNetwork network, String text, boolean v4) {
        if (text.isEmpty()) {
            return null;
        }
        String name = network.view().name();
        InetAddress address = parse(name, text);
        if (address instanceof Inet4Address != v4) {
            throw refused(name, "invalid IPv" + (v4 ? 4 : 6) + " address: " + text);
        }
        if (network.poolOf(address).isEmpty()) {
            throw LiveNetwork.outside(name, text);
        }
        return address;
    }

    static MacAddress mac(String network, String text) {
        try {
            MacAddress mac = MacAddress.parse(text);
            if (!mac.isMulticast()) {
                return mac;
            }
        } catch (IllegalArgumentException e) {
            throw refused(network, "invalid MAC address: " + text + ": write it as 02:42:ac:11:00:02");
        }
        throw refused(network, "invalid MAC address: " + text + " is a group's: the second digit must be even");
    }

    /** The name that a link is to have inside; empty for the engine's choice. */
    static String linkName(String network, EndpointSettings settings) {
        String name = settings.options().getOrDefault(LINK_NAME, "");
        if (!name.isEmpty() && (!NAME.matcher(name).matches() || name.equals("lo") || name.startsWith("."))) {
            throw refused(network, "invalid interface name \"" + name + "\": use at most 15 letters and digits");
        }
        return name;
    }

    /** Settings of a link by their names below {@code /proc/sys/net}. */
    static Map<String, String> linkSettings(String network, EndpointSettings settings, String linkName) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String setting : settings.options().getOrDefault(SETTINGS, "").split(",", -1)) {
            if (setting.isBlank()) {
                continue;
            }
            int equals = setting.indexOf('=');
            String name = equals < 0 ? setting : setting.substring(0, equals).strip();
            if (equals < 0 || !SETTING.matcher(name).matches()) {
                throw refused(
                        network,
                        "invalid sysctl \"" + setting
                                + "\": write it as net.ipv4.conf.IFNAME.log_martians=1, with IFNAME for the link's name");
            }
            String path = name.substring("net.".length()).replace('.', '/').replace("IFNAME", linkName);
            found.put(path, setting.substring(equals + 1).strip());
        }
        return found;
    }

    /** The names that only this container knows others by: aliases with containers. */
    static Map<String, String> links(String network, EndpointSettings settings) {
        Map<String, String> links = new LinkedHashMap<>();
        for (String link : settings.links()) {
            List<String> parts = new ArrayList<>(List.of(link.split(":", -1)));
            String container = parts.get(0).startsWith("/") ? parts.get(0).substring(1) : parts.get(0);
            if (parts.size() > 2
                    || container.isEmpty()
                    || parts.size() == 2 && parts.get(1).isEmpty()) {
                throw refused(network, "invalid link \"" + link + "\": write it as container:alias");
            }
            links.put(parts.size() == 2 ? parts.get(1) : container, container);
        }
        return links;
    }
}
