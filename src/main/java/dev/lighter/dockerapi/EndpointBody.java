package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.network.EndpointSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for on one network. Fields that only inspection fills are read over, because clients send back what inspection
 * gave them.
 */
final class EndpointBody extends StrictBody {
    private static final Set<String> ONLY_SHOWN = Set.of(
            "NetworkID",
            "EndpointID",
            "Gateway",
            "IPAddress",
            "IPPrefixLen",
            "IPv6Gateway",
            "GlobalIPv6Address",
            "GlobalIPv6PrefixLen",
            "DNSNames");

    @JsonProperty("IPAMConfig")
    @Nullable
    AddressesBody ipamConfig;

    @JsonProperty("Links")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> links;

    @JsonProperty("Aliases")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    List<String> aliases;

    @JsonProperty("MacAddress")
    @Nullable
    String macAddress;

    @JsonProperty("DriverOpts")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> driverOpts;

    @JsonProperty("GwPriority")
    int gwPriority;

    /** Fixed addresses. */
    static final class AddressesBody extends StrictBody {
        @JsonProperty("IPv4Address")
        @Nullable
        String ipv4Address;

        @JsonProperty("IPv6Address")
        @Nullable
        String ipv6Address;

        @JsonProperty("LinkLocalIPs")
        @JsonSetter(contentNulls = Nulls.FAIL)
        @Nullable
        List<String> linkLocalIps;
    }

    @Override
    void other(String name, @Nullable Object value) {
        if (!ONLY_SHOWN.contains(name)) {
            super.other(name, value);
        }
    }

    /** What is asked for; {@code prefix} says where in the request this stands. */
    EndpointSettings settings(String prefix) {
        refuseOther(prefix);
        AddressesBody addresses = ipamConfig == null ? new AddressesBody() : ipamConfig;
        addresses.refuseOther(prefix + "IPAMConfig.");
        return new EndpointSettings(
                orEmpty(aliases),
                orEmpty(links),
                orEmpty(addresses.ipv4Address),
                orEmpty(addresses.ipv6Address),
                orEmpty(addresses.linkLocalIps),
                orEmpty(macAddress),
                orEmpty(driverOpts),
                gwPriority);
    }
}
