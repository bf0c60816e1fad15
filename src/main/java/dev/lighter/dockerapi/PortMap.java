package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerView;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.port.ExposedPort;
import dev.lighter.network.port.PortBinding;
import dev.lighter.network.port.PublishedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Docker's maps of ports: by {@code 80/tcp}, where at the host a port of a container is reachable, or is to be. */
final class PortMap {
    /** An address and a port of the host; both may be empty in requests. */
    record HostPort(
            @JsonProperty("HostIp") @Nullable String hostIp,
            @JsonProperty("HostPort") @Nullable String hostPort) {}

    private PortMap() {}

    /** What a request asks for. */
    static List<PortBinding> bindings(@Nullable Map<String, @Nullable List<@Nullable HostPort>> asked) {
        List<PortBinding> bindings = new ArrayList<>();
        if (asked != null) {
            asked.forEach((port, places) -> {
                for (HostPort place : places == null ? List.<HostPort>of() : places) {
                    bindings.add(
                            place == null
                                    ? PortBinding.parse(port, null, null)
                                    : PortBinding.parse(port, place.hostIp(), place.hostPort()));
                }
            });
        }
        return List.copyOf(bindings);
    }

    /** What was asked for, as inspection shows it. */
    static Map<String, List<HostPort>> of(List<PortBinding> bindings) {
        Map<String, List<HostPort>> map = new TreeMap<>();
        for (PortBinding binding : bindings) {
            map.computeIfAbsent(
                            new ExposedPort(binding.containerPort(), binding.protocol()).toString(),
                            key -> new ArrayList<>())
                    .add(new HostPort(binding.hostAddress(), binding.hostPorts()));
        }
        return map;
    }

    /** What is reachable; ports that are exposed and not published are there with null. */
    static Map<String, @Nullable List<HostPort>> of(ContainerView container, List<PublishedPort> published) {
        Map<String, @Nullable List<HostPort>> map = new TreeMap<>();
        for (ExposedPort port : ExposedPorts.open(container)) {
            map.put(port.toString(), null);
        }
        for (PublishedPort port : published) {
            String key = new ExposedPort(port.containerPort(), port.protocol()).toString();
            List<HostPort> places = map.get(key);
            if (places == null) {
                places = new ArrayList<>();
                map.put(key, places);
            }
            places.add(new HostPort(IpPrefix.format(port.hostAddress()), String.valueOf(port.hostPort())));
        }
        return map;
    }
}
