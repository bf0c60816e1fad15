package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.network.AddressPool;
import dev.lighter.network.NetworkRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a network is asked for with; what is left out is chosen by the engine. */
@Schema(name = "NewNetwork")
record NewNetwork(
        @NotBlank(message = "is missing: name the network, such as shop")
        @Schema(example = "shop", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String name,

        @Schema(
                allowableValues = {"bridge", "macvlan"},
                defaultValue = "bridge")
        @Nullable
        String driver,

        @Schema(description = "Of IPv4", example = "172.30.0.0/24") @Nullable
        String subnet,

        @Schema(description = "An address of the subnet, its first when left out", example = "172.30.0.1") @Nullable
        String gateway,

        @Schema(
                description = "The part of the subnet that addresses are given out from, all of it when left out",
                example = "172.30.0.128/25")
        @Nullable
        String range,

        @Schema(description = "Whether containers get IPv6 addresses too", defaultValue = "false") @Nullable
        Boolean ipv6,

        @Schema(description = "Of IPv6; implies ipv6", example = "fd00:30::/64") @Nullable
        String subnet6,

        @Schema(description = "Whether it reaches nothing outside", defaultValue = "false") @Nullable
        Boolean internal,

        @Schema(
                description = "Whether its containers cannot reach each other, only what is outside",
                defaultValue = "false")
        @Nullable
        Boolean isolated,

        @Schema(description = "The host's link that containers are on, for macvlan", example = "eth0.20") @Nullable
        String parent,

        @Schema(description = "Of the driver, by Docker's names") @Nullable
        Map<String, @NotNull(message = "must not be null") String> options,

        @Nullable Map<String, @NotNull(message = "must not be null") String> labels) {
    /** The driver's option that lets containers of a network reach each other. */
    static final String REACH_EACH_OTHER = "com.docker.network.bridge.enable_icc";

    private static final String PARENT = "parent";

    NetworkRequest toRequest() {
        return new NetworkRequest(
                orEmpty(name),
                orEmpty(driver),
                "",
                Map.of(),
                pools(),
                null,
                isEmpty(subnet6) ? ipv6 : Boolean.TRUE,
                internal != null && internal,
                false,
                driverOptions(),
                labels == null ? Map.of() : labels);
    }

    private List<AddressPool> pools() {
        List<AddressPool> pools = new ArrayList<>();
        if (!isEmpty(subnet)) {
            pools.add(new AddressPool(orEmpty(subnet), orEmpty(range), orEmpty(gateway), Map.of()));
        } else if (!isEmpty(range) || !isEmpty(gateway)) {
            throw EngineException.invalid("a range and a gateway are parts of a subnet: give the subnet too");
        }
        if (!isEmpty(subnet6)) {
            pools.add(new AddressPool(orEmpty(subnet6), "", "", Map.of()));
        }
        return pools;
    }

    private Map<String, String> driverOptions() {
        Map<String, String> all = new HashMap<>(options == null ? Map.of() : options);
        if (isolated != null) {
            all.put(REACH_EACH_OTHER, String.valueOf(!isolated));
        }
        if (!isEmpty(parent)) {
            all.put(PARENT, orEmpty(parent));
        }
        return all;
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}
