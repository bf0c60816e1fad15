package dev.lighter.dashboard;

import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerView;
import dev.lighter.image.ImageConfig;
import dev.lighter.image.ImageDetails;
import dev.lighter.network.AddressPool;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkDriver;
import dev.lighter.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One line of what a container, a network or a volume was asked to be, or of what an image says.
 *
 * @param kind how the value is set
 */
record Fact(String name, String value, Kind kind) {
    /** Words, something to be typed, or a moment in ISO 8601. */
    enum Kind {
        TEXT,
        CODE,
        TIME
    }

    /** What is worth telling of a container: what it is in any case, the rest only when somebody asked for it. */
    static List<Fact> of(ContainerView view) {
        ContainerSpec spec = view.spec();
        Facts facts = new Facts();
        facts.text("Image", spec.image());
        facts.code("Command", ShellWords.join(spec.command()));
        facts.add("Created", spec.created().toString(), Kind.TIME);
        facts.code("Directory", spec.workingDirectory());
        facts.text("User", spec.user());
        facts.text("Hostname", spec.hostname());
        facts.text("Network", spec.network().mode());
        facts.text("Stop signal", spec.stopSignal());
        facts.text("Removed at its end", spec.autoRemove() ? "yes" : "");
        facts.text("Root filesystem", spec.readOnlyRoot() ? "read-only" : "");
        limits(facts, spec.resources());
        facts.text("Added capabilities", String.join(", ", spec.capAdd()));
        facts.text("Dropped capabilities", String.join(", ", spec.capDrop()));
        facts.text("Security", String.join(", ", spec.securityOptions()));
        return facts.list;
    }

    private static void limits(Facts facts, ContainerSpec.Resources resources) {
        facts.text("Memory limit", resources.memory() > 0 ? Words.memory(resources.memory()) : "");
        double cpus = resources.nanoCpus() > 0
                ? resources.nanoCpus() / 1e9
                : resources.cpuQuota() > 0
                        ? (double) resources.cpuQuota() / (resources.cpuPeriod() > 0 ? resources.cpuPeriod() : 100_000)
                        : 0;
        facts.text("CPU limit", cpus > 0 ? String.valueOf(cpus).replaceAll("\\.0$", "") : "");
        Long pids = resources.pidsLimit();
        facts.text("Process limit", pids != null && pids > 0 ? pids.toString() : "");
    }

    /** What is worth telling of an image. */
    static List<Fact> of(ImageDetails image) {
        ImageConfig config = image.config();
        Facts facts = new Facts();
        facts.code("Id", image.id());
        facts.code("Names", String.join("\n", image.repoTags()));
        facts.code("Digests", String.join("\n", image.repoDigests()));
        facts.add("Created", image.created().toString(), Kind.TIME);
        facts.text(
                "Platform",
                image.os() + "/" + image.architecture() + (image.variant().isEmpty() ? "" : "/" + image.variant()));
        facts.text("Author", image.author());
        facts.text("Comment", image.comment());
        facts.code("Entrypoint", ShellWords.join(config.entrypoint()));
        facts.code("Command", ShellWords.join(config.cmd()));
        facts.code("Directory", config.workingDir());
        facts.text("User", config.user());
        facts.text("Ports", String.join(", ", config.exposedPorts()));
        facts.code("Volumes", String.join("\n", config.volumes()));
        facts.text("Stop signal", config.stopSignal());
        return facts.list;
    }

    /** What is worth telling of a network. */
    static List<Fact> of(Network network) {
        Facts facts = new Facts();
        facts.text(
                "Driver",
                network.driver() == NetworkDriver.NONE
                        ? "none"
                        : network.driver().word());
        facts.add("Created", network.created().toString(), Kind.TIME);
        facts.code("Subnet", joined(network, AddressPool::subnet));
        facts.code("Gateway", joined(network, AddressPool::gateway));
        facts.code("Range", joined(network, AddressPool::range));
        facts.code(
                "Reserved",
                joined(
                        network,
                        pool -> pool.auxiliary().entrySet().stream()
                                .map(reserved -> reserved.getKey() + " " + reserved.getValue())
                                .sorted()
                                .collect(Collectors.joining(", "))));
        facts.text("IPv6", network.ipv6() ? "yes" : "");
        facts.text("Outside", network.internal() ? "not reachable" : "");
        facts.text(
                "Neighbours",
                "false".equals(network.options().get("com.docker.network.bridge.enable_icc")) ? "not reachable" : "");
        facts.code(network.driver() == NetworkDriver.MACVLAN ? "Parent link" : "Bridge", network.link());
        return facts.list;
    }

    /** What is worth telling of a volume. */
    static List<Fact> of(Volume volume, String mountpoint) {
        Facts facts = new Facts();
        facts.add("Created", volume.created().toString(), Kind.TIME);
        facts.text("Kept in", VolumeRow.kind(volume));
        facts.code("Directory", mountpoint);
        facts.text("Made for", volume.anonymous() ? "one container, and goes with it" : "");
        return facts.list;
    }

    private static String joined(Network network, Function<AddressPool, String> part) {
        return network.pools().stream()
                .map(part)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static final class Facts {
        private final List<Fact> list = new ArrayList<>();

        void text(String name, String value) {
            add(name, value, Kind.TEXT);
        }

        void code(String name, String value) {
            add(name, value, Kind.CODE);
        }

        void add(String name, String value, Kind kind) {
            if (!value.isEmpty()) {
                list.add(new Fact(name, value, kind));
            }
        }
    }
}
