package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lighter.network.AddressPool;
import dev.lighter.network.NetworkRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /networks/create}; what it does not list is of swarms and refused by name. */
final class NetworkCreateBody extends StrictBody {
    @JsonProperty("Name")
    @Nullable
    String name;

    @JsonProperty("Driver")
    @Nullable
    String driver;

    @JsonProperty("EnableIPv4")
    @Nullable
    Boolean enableIpv4;

    @JsonProperty("EnableIPv6")
    @Nullable
    Boolean enableIpv6;

    @JsonProperty("IPAM")
    @Nullable
    IpamBody ipam;

    @JsonProperty("Internal")
    boolean internal;

    @JsonProperty("Attachable")
    boolean attachable;

    @JsonProperty("Options")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> options;

    @JsonProperty("Labels")
    @JsonSetter(contentNulls = Nulls.FAIL)
    @Nullable
    Map<String, String> labels;

    /** Where the addresses come from. */
    static final class IpamBody extends StrictBody {
        @JsonProperty("Driver")
        @Nullable
        String driver;

        @JsonProperty("Options")
        @JsonSetter(contentNulls = Nulls.FAIL)
        @Nullable
        Map<String, String> options;

        @JsonProperty("Config")
        @JsonSetter(contentNulls = Nulls.FAIL)
        @Nullable
        List<PoolBody> config;

        List<AddressPool> pools() {
            refuseOther("IPAM.");
            return config == null
                    ? List.of()
                    : config.stream().map(PoolBody::pool).toList();
        }
    }

    /** One part of the address space. */
    static final class PoolBody extends StrictBody {
        @JsonProperty("Subnet")
        @Nullable
        String subnet;

        @JsonProperty("IPRange")
        @Nullable
        String ipRange;

        @JsonProperty("Gateway")
        @Nullable
        String gateway;

        @JsonProperty("AuxiliaryAddresses")
        @JsonSetter(contentNulls = Nulls.FAIL)
        @Nullable
        Map<String, String> auxiliaryAddresses;

        AddressPool pool() {
            refuseOther("IPAM.Config.");
            return new AddressPool(orEmpty(subnet), orEmpty(ipRange), orEmpty(gateway), orEmpty(auxiliaryAddresses));
        }
    }

    NetworkRequest toRequest() {
        refuseOther("");
        IpamBody addresses = ipam == null ? new IpamBody() : ipam;
        return new NetworkRequest(
                orEmpty(name),
                orEmpty(driver),
                orEmpty(addresses.driver),
                orEmpty(addresses.options),
                addresses.pools(),
                enableIpv4,
                enableIpv6,
                internal,
                attachable,
                orEmpty(options),
                orEmpty(labels));
    }
}
