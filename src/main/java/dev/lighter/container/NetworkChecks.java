package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.network.port.ExposedPort;
import dev.lighter.network.port.PortBinding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Merges what a container asks of the network with its image and refuses what contradicts itself, in Docker's words. */
final class NetworkChecks {
    private NetworkChecks() {}

    static NetworkOptions check(NetworkOptions asked, ContainerRequest request, List<String> imagePorts) {
        if (asked.isShared()) {
            shared(asked, request);
        }
        if (asked.isHost() && !asked.links().isEmpty()) {
            throw EngineException.invalid("conflicting options: host type networking can't be used with links. This"
                    + " would result in undefined behavior");
        }
        if (!request.endpoints().isEmpty() && (asked.isShared() || asked.isHost() || asked.isNone())) {
            for (String network : request.endpoints().keySet()) {
                if (!network.equals(asked.mode())) {
                    throw EngineException.invalid("conflicting options: cannot attach both user-defined and"
                            + " non-user-defined network-modes: " + asked.mode() + " and " + network);
                }
            }
        }
        EtcFiles.addresses(asked.dns());
        asked.extraHosts().forEach(EtcFiles.ExtraHost::parse);
        for (String word : asked.dnsSearch()) {
            word("DnsSearch", word);
        }
        for (String word : asked.dnsOptions()) {
            word("DnsOptions", word);
        }
        mac(asked.macAddress());
        return new NetworkOptions(
                asked.mode().isEmpty() ? "default" : asked.mode(),
                asked.disabled(),
                asked.portBindings(),
                asked.publishAllPorts(),
                exposed(asked, imagePorts),
                asked.dns(),
                asked.dnsOptions(),
                asked.dnsSearch(),
                asked.extraHosts(),
                asked.links(),
                asked.macAddress());
    }

    private static void shared(NetworkOptions asked, ContainerRequest request) {
        refuseIf(!request.hostname().isEmpty(), "hostname and the network mode");
        refuseIf(
                !asked.links().isEmpty(),
                "container type network can't be used with links. This would result in" + " undefined behavior");
        refuseIf(!asked.dns().isEmpty(), "dns and the network mode");
        refuseIf(!asked.extraHosts().isEmpty(), "custom host-to-IP mapping and the network mode");
        refuseIf(!asked.macAddress().isEmpty(), "mac-address and the network mode");
        refuseIf(
                !asked.portBindings().isEmpty() || asked.publishAllPorts(),
                "port publishing and the container type network mode");
        refuseIf(!asked.exposedPorts().isEmpty(), "port exposing and the container type network mode");
        if (asked.mode().equals(NetworkOptions.CONTAINER)) {
            throw EngineException.invalid("Invalid network mode: invalid container format container:<name|id>");
        }
    }

    private static void refuseIf(boolean wrong, String what) {
        if (wrong) {
            throw EngineException.invalid("conflicting options: " + what);
        }
    }

    private static void word(String field, String word) {
        if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ')) {
            throw EngineException.invalid("HostConfig." + field + ": \"" + word + "\" is not one word");
        }
    }

    private static void mac(String text) {
        try {
            if (!text.isEmpty() && MacAddress.parse(text).isMulticast()) {
                throw EngineException.invalid("invalid MAC address: " + text + " is a group's");
            }
        } catch (IllegalArgumentException e) {
            throw EngineException.invalid("invalid MAC address: " + text + ": write it as 02:42:ac:11:00:02");
        }
    }

    private static List<String> exposed(NetworkOptions asked, List<String> imagePorts) {
        Set<String> ports = new LinkedHashSet<>();
        if (!asked.isShared()) {
            imagePorts.forEach(port -> ExposedPort.parse(port).forEach(one -> ports.add(one.toString())));
        }
        asked.exposedPorts().forEach(port -> ExposedPort.parse(port).forEach(one -> ports.add(one.toString())));
        asked.portBindings()
                .forEach(binding -> ports.add(new ExposedPort(binding.containerPort(), binding.protocol()).toString()));
        return List.copyOf(ports);
    }

    /** All ports that a container wants at the host: those named, and with {@code PublishAllPorts} those only exposed. */
    static List<PortBinding> bindings(NetworkOptions options) {
        if (!options.publishAllPorts()) {
            return options.portBindings();
        }
        List<PortBinding> bindings = new ArrayList<>(options.portBindings());
        for (String text : options.exposedPorts()) {
            for (ExposedPort port : ExposedPort.parse(text)) {
                if (bindings.stream()
                        .noneMatch(binding -> binding.containerPort() == port.port()
                                && binding.protocol().equals(port.protocol()))) {
                    bindings.add(new PortBinding(port.port(), port.protocol(), "", ""));
                }
            }
        }
        return bindings;
    }
}
