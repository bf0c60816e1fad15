package dev.lighter.network;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A network as it is: what crosses to other features.
 *
 * @param id 64 hexadecimal digits
 * @param pools complete, with subnets and gateways; those of IPv4 first
 * @param link the name of its bridge on the host, of its parent link for macvlan; empty where there is none
 * @param foreignLink whether the link was there before the network, and stays when it goes
 * @param predefined whether it is one of the three that are always there
 */
public record Network(
        String id,
        String name,
        Instant created,
        NetworkDriver driver,
        List<AddressPool> pools,
        Map<String, String> ipamOptions,
        boolean ipv4,
        boolean ipv6,
        boolean internal,
        boolean attachable,
        Map<String, String> options,
        Map<String, String> labels,
        String link,
        boolean foreignLink,
        boolean predefined) {
    /** The name of the network that containers are on when nobody says otherwise. */
    public static final String DEFAULT = "bridge";

    /** The first twelve digits of the id. */
    public String shortId() {
        return id.substring(0, 12);
    }

    /** The same with other subnets. */
    Network with(List<AddressPool> others) {
        return new Network(
                id,
                name,
                created,
                driver,
                others,
                ipamOptions,
                ipv4,
                ipv6,
                internal,
                attachable,
                options,
                labels,
                link,
                foreignLink,
                predefined);
    }

    /** The same on a link that is there already. */
    Network onForeignLink() {
        return new Network(
                id,
                name,
                created,
                driver,
                pools,
                ipamOptions,
                ipv4,
                ipv6,
                internal,
                attachable,
                options,
                labels,
                link,
                true,
                predefined);
    }
}
