package dev.lighter.network;

import dev.lighter.http.LighterProperties;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Nftables;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.network.address.Subnet;
import dev.lighter.network.address.SubnetChooser;
import dev.lighter.network.dns.DnsServer;
import dev.lighter.network.dns.HostResolvers;
import dev.lighter.network.firewall.Firewall;
import dev.lighter.network.host.HostSettings;
import dev.lighter.network.host.SharedNeed;
import dev.lighter.network.link.LinkNames;
import dev.lighter.network.link.NamespacePool;
import dev.lighter.network.port.HostPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the parts that know nothing of Spring, and that {@link NetworkReconciler} ends in their order. What each of them leaves on the host bears the mark of the engine's data directory. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NetworkSettings.class)
class NetworkConfiguration {
    private static final Path USUAL_DATA = Path.of("/var/lib/lighter");
    /** Below what goes when the machine is started anew, as the settings themselves do. */
    private static final Path SETTINGS = Path.of("/run/lighter-settings");

    private static final int NEIGHBOURS = 16_384;
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    /** Six hexadecimal digits that tell engines on one host apart. */
    private static String tag(LighterProperties properties) {
        CRC32 sum = new CRC32();
        sum.update(data(properties).toString().getBytes(StandardCharsets.UTF_8));
        return String.format("%06x", sum.getValue() & 0xff_ffff);
    }

    private static Path data(LighterProperties properties) {
        return properties.data().toAbsolutePath().normalize();
    }

    private static boolean isUsual(LighterProperties properties) {
        return data(properties).equals(USUAL_DATA);
    }

    private static @Nullable Firewall firewall(LighterProperties properties, NetworkSettings settings)
            throws IOException {
        try {
            return Firewall.open(table(properties), settings.firewall());
        } catch (ErrnoException e) {
            if (e.is(Errno.EPROTONOSUPPORT)) {
                return null;
            }
            throw e;
        }
    }

    @Bean
    NetworkRegistry networkRegistry() {
        return new NetworkRegistry();
    }

    @Bean
    SubnetChooser subnetChooser(NetworkSettings settings) {
        return new SubnetChooser(settings.sources());
    }

    @Bean
    NetworkPlanner networkPlanner(SubnetChooser chooser) {
        return new NetworkPlanner(chooser);
    }

    @Bean
    PredefinedNetworks predefinedNetworks(
            NetworkSettings settings, SubnetChooser chooser, LighterProperties properties) {
        return new PredefinedNetworks(
                Subnet.parse(settings.defaultSubnet()),
                chooser,
                isUsual(properties) ? "lighter0" : "lt" + tag(properties) + "0");
    }

    @Bean
    HostResolvers hostResolvers() {
        return new HostResolvers(RESOLV_CONF);
    }

    @Bean
    NetworkNames networkNames(NetworkRegistry registry) {
        return new NetworkNames(registry);
    }

    @Bean
    HostNetwork hostNetwork(
            LighterProperties properties, NetworkSettings settings, NetworkNames directory, HostResolvers resolvers)
            throws IOException {
        RouteNetlink route = RouteNetlink.open();
        LinkNames names = new LinkNames(tag(properties));
        return new HostNetwork(
                route,
                names,
                new NamespacePool(route, names, settings.prepared()),
                firewall(properties, settings),
                new DnsServer(directory, resolvers));
    }

    @Bean
    Leasing leasing(NetworkRegistry registry, HostNetwork host, NetworkStore store) {
        return new Leasing(registry, host, store);
    }

    @Bean
    LinkReaper linkReaper(HostNetwork host) {
        return new LinkReaper(host);
    }

    @Bean
    HostReadiness hostReadiness(NetworkRegistry registry, LighterProperties properties) throws IOException {
        HostSettings settings = HostSettings.of(NetworkNamespace.current());
        return new HostReadiness(
                registry,
                need(properties, settings, "forwarding-ipv4", settings::planForwarding4),
                need(properties, settings, "forwarding-ipv6", settings::planForwarding6),
                need(properties, settings, "neighbours", () -> settings.planNeighbours(NEIGHBOURS)));
    }

    private static SharedNeed need(
            LighterProperties properties, HostSettings settings, String name, SharedNeed.Plan plan) {
        return new SharedNeed(settings, SETTINGS, name, table(properties), plan, NetworkConfiguration::hasTable);
    }

    /** Another engine that has no table has nothing on the host. */
    private static boolean hasTable(String name) {
        try (Nftables filter = Nftables.open()) {
            return filter.tables().stream().anyMatch(table -> table.name().equals(name));
        } catch (ErrnoException e) {
            return true;
        }
    }

    /** The name of the engine's table in the packet filter. */
    private static String table(LighterProperties properties) {
        return isUsual(properties) ? "lighter" : "lighter-" + tag(properties);
    }

    @Bean
    Publishing publishing(NetworkStore store, HostNetwork host, NetworkSettings settings, NetworkRegistry registry)
            throws IOException {
        InetAddress binding = settings.hostBinding().isEmpty() ? null : IpPrefix.address(settings.hostBinding());
        return new Publishing(
                store,
                host,
                HostPorts.open(settings.relay()),
                binding,
                () -> registry.networks().stream()
                        .anyMatch(network -> network.view().ipv6()));
    }
}
