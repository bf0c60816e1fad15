package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.error.EngineException;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code NetworkingConfig} of a container to create: what it asks for on each of the networks that it starts on. */
final class NetworkingConfigBody extends StrictBody {
    private static final int SINCE_SEVERAL_ENDPOINTS = 44;

    @JsonProperty("EndpointsConfig")
    @Nullable
    Map<String, @Nullable EndpointBody> endpointsConfig;

    /** The settings by the networks' names or ids; {@code default} becomes the default network's name. */
    Map<String, EndpointSettings> settings(int minorVersion) {
        refuseOther("NetworkingConfig.");
        Map<String, EndpointSettings> settings = new LinkedHashMap<>();
        if (endpointsConfig == null) {
            return settings;
        }
        if (endpointsConfig.size() > 1 && minorVersion < SINCE_SEVERAL_ENDPOINTS) {
            throw EngineException.invalid("Container cannot be created with multiple network endpoints: "
                    + String.join(", ", endpointsConfig.keySet()));
        }
        endpointsConfig.forEach((network, body) -> settings.put(
                network.equals("default") ? Network.DEFAULT : network,
                body == null
                        ? EndpointSettings.NONE
                        : body.settings("NetworkingConfig.EndpointsConfig." + network + ".")));
        return settings;
    }
}
