package dev.lighter.network;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.address.SubnetChooser;
import dev.lighter.network.address.SubnetSource;
import dev.lighter.network.firewall.FirewallSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about networks.
 *
 * @param hostBinding the host's address that ports are published at when nobody names one; empty for all of them
 * @param defaultSubnet the subnet of the default network; where the host has a route into it another one is chosen
 * @param pools what networks without a subnet of their own get theirs from; empty for the engine's choice
 * @param prepared how many namespaces of each kind wait for containers
 * @param reachable addresses of the host, or networks of such, that containers reach besides their own gateway
 * @param engineReachable whether containers reach the engine's own ports
 * @param metadataReachable whether containers reach link-local addresses, where clouds keep what they know of a machine
 * @param relay whether ports are relayed by the engine instead of the kernel's packet filter
 */
@ConfigurationProperties("lighter.networks")
public record NetworkSettings(
        @DefaultValue("") String hostBinding,
        @DefaultValue("172.17.0.0/16") String defaultSubnet,
        @Nullable List<Pool> pools,
        @DefaultValue("8") int prepared,
        @DefaultValue({}) List<String> reachable,
        @DefaultValue("false") boolean engineReachable,
        @DefaultValue("false") boolean metadataReachable,
        @DefaultValue("false") boolean relay) {
    /**
     * A part of the address space for networks.
     *
     * @param base all of it, {@code 10.128.0.0/9}
     * @param size the length of a network's prefix
     */
    public record Pool(String base, int size) {}

    List<SubnetSource> sources() {
        return pools == null || pools.isEmpty()
                ? SubnetChooser.DEFAULT_SOURCES
                : pools.stream()
                        .map(pool -> SubnetSource.of(pool.base(), pool.size()))
                        .toList();
    }

    FirewallSettings firewall() {
        return new FirewallSettings(
                reachable.stream().map(IpPrefix::parse).toList(), engineReachable, metadataReachable);
    }
}
