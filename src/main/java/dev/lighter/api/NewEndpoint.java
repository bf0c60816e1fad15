package dev.lighter.api;

import dev.lighter.network.EndpointSettings;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container asks for on a network; what is left out is chosen by the engine. */
@Schema(name = "NewEndpoint")
record NewEndpoint(
        @Schema(description = "Further names that others on the network know it by", example = "[\"db\"]") @Nullable
        List<@NotNull(message = "must not hold null") String> aliases,

        @Schema(description = "A fixed address of the network's subnet", example = "172.30.0.10") @Nullable
        String ipv4,

        @Schema(example = "fd00:30::10") @Nullable String ipv6,

        @Schema(example = "02:42:ac:1e:00:0a") @Nullable String mac) {
    EndpointSettings toSettings() {
        return new EndpointSettings(
                aliases == null ? List.of() : aliases,
                List.of(),
                orEmpty(ipv4),
                orEmpty(ipv6),
                List.of(),
                orEmpty(mac),
                Map.of(),
                0);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}
