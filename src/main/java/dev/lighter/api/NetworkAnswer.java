package dev.lighter.api;

import dev.lighter.network.AddressPool;
import dev.lighter.network.Network;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network as {@code /api} tells it. */
@Schema(name = "Network")
record NetworkAnswer(
        @Schema(
                description = "64 hexadecimal digits",
                example = "9d3c0e7d9a1b35c86e0f7a2d4b9c1e5f60718293a4b5c6d7e8f90a1b2c3d4e5f")
        String id,

        @Schema(example = "shop") String name,

        @Schema(
                allowableValues = {"bridge", "macvlan", "host", "null"},
                example = "bridge")
        String driver,

        Instant createdAt,

        @Schema(description = "Those of IPv4 first") List<SubnetAnswer> subnets,

        boolean ipv4,
        boolean ipv6,

        @Schema(description = "Whether it reaches nothing outside")
        boolean internal,

        @Schema(description = "Whether its containers cannot reach each other")
        boolean isolated,

        boolean attachable,

        @Schema(description = "Of the driver") Map<String, String> options,

        Map<String, String> labels,

        @Schema(description = "Its bridge or its parent link on the host; null where there is none") @Nullable
        String link,

        @Schema(description = "Whether it is one of the three that are always there")
        boolean predefined,

        @Schema(description = "How many containers are on it, running or not", example = "3")
        int containers,

        @Schema(description = "Null in lists") @Nullable List<MemberAnswer> endpoints) {
    /** A part of the address space that containers get addresses from. */
    @Schema(name = "Subnet")
    record SubnetAnswer(
            @Schema(example = "172.18.0.0/16") String subnet,

            @Schema(description = "The part that addresses are given out from; null for all of it") @Nullable
            String range,

            @Schema(example = "172.18.0.1") @Nullable String gateway,

            @Schema(description = "Addresses that are never given out, by name")
            Map<String, String> reserved) {
        static SubnetAnswer of(AddressPool pool) {
            return new SubnetAnswer(
                    pool.subnet(), emptyAsNull(pool.range()), emptyAsNull(pool.gateway()), pool.auxiliary());
        }
    }

    static NetworkAnswer of(Network network, int containers) {
        return of(network, containers, null);
    }

    static NetworkAnswer of(Network network, List<MemberAnswer> members) {
        return of(network, members.size(), members);
    }

    private static NetworkAnswer of(Network network, int containers, @Nullable List<MemberAnswer> members) {
        return new NetworkAnswer(
                network.id(),
                network.name(),
                network.driver().word(),
                network.created(),
                network.pools().stream().map(SubnetAnswer::of).toList(),
                network.ipv4(),
                network.ipv6(),
                network.internal(),
                "false".equals(network.options().get(NewNetwork.REACH_EACH_OTHER)),
                network.attachable(),
                network.options(),
                network.labels(),
                emptyAsNull(network.link()),
                network.predefined(),
                containers,
                members);
    }

    private static @Nullable String emptyAsNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
