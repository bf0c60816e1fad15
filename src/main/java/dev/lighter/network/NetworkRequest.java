package dev.lighter.network;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for when creating a network; what is empty or null is chosen by the engine.
 *
 * @param driver {@code bridge} or {@code macvlan}
 * @param ipamDriver where addresses come from: {@code default}
 * @param ipv4 null for yes
 * @param ipv6 null for no, unless a pool is of IPv6
 * @param internal whether it reaches nothing outside
 * @param options the driver's options, {@code com.docker.network.bridge.name} and its like
 */
public record NetworkRequest(
        String name,
        String driver,
        String ipamDriver,
        Map<String, String> ipamOptions,
        List<AddressPool> pools,
        @Nullable Boolean ipv4,
        @Nullable Boolean ipv6,
        boolean internal,
        boolean attachable,
        Map<String, String> options,
        Map<String, String> labels) {}
