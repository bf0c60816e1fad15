package dev.lighter.network;

import dev.lighter.engine.Engine;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.Field;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Nftables;
import dev.lighter.kernel.netlink.nft.Table;
import dev.lighter.kernel.netlink.route.Address;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;

/**
 * Compares what an engine says of its networks with what the kernel has: links, addresses inside and out, bridges, published ports. What
 * the engine knows after a start is what its database says.
 */
public final class NetworkTruth {
    private static final int PREPARED = 8;
    private static final int PATIENCE = 100;
    private static final int PAUSE_MILLIS = 50;

    private final Engine engine;
    private final String tag;
    private final List<String> differences = new ArrayList<>();

    private NetworkTruth(Engine engine) {
        this.engine = engine;
        CRC32 sum = new CRC32();
        sum.update(engine.data().toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
        tag = String.format("%06x", sum.getValue() & 0xff_ffff);
    }

    /** What differs, in sentences, when the engine and the kernel have had time to settle: links go a little later than what they were for. */
    public static List<String> differences(Engine engine) throws IOException, InterruptedException {
        List<String> last = List.of();
        for (int tries = 0; tries < PATIENCE; tries++) {
            NetworkTruth truth = new NetworkTruth(engine);
            truth.compare();
            last = truth.differences;
            if (last.isEmpty()) {
                return last;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return last;
    }

    private void compare() throws IOException {
        Map<String, Integer> ports = new HashMap<>();
        Set<String> published = new TreeSet<>();
        Set<String> addresses = new HashSet<>();
        for (JsonNode row : engine.get("/containers/json?all=1").json()) {
            JsonNode container = engine.get("/containers/" + row.path("Id").asString() + "/json")
                    .json();
            if (container.at("/State/Running").asBoolean()) {
                compareInside(container, ports, addresses);
            }
            for (var port : container.at("/NetworkSettings/Ports").properties()) {
                for (JsonNode at : port.getValue()) {
                    if (!at.path("HostIp").asString().contains(":")) {
                        published.add(at.path("HostPort").asString() + "/"
                                + port.getKey().replaceFirst(".*/", ""));
                    }
                }
            }
        }
        compareLinks(ports);
        comparePorts(published);
    }

    private void compareInside(JsonNode container, Map<String, Integer> ports, Set<String> addresses) {
        String name = container.path("Name").asString();
        Set<String> said = new TreeSet<>();
        for (var network : container.at("/NetworkSettings/Networks").properties()) {
            JsonNode place = network.getValue();
            String address = place.path("IPAddress").asString();
            if (!address.isEmpty()) {
                said.add(place.path("MacAddress").asString() + " " + address + "/"
                        + place.path("IPPrefixLen").asInt());
                ports.merge(place.path("NetworkID").asString(), 1, Integer::sum);
                if (!addresses.add(address)) {
                    differences.add(address + " is given twice");
                }
            }
        }
        Set<String> has = new TreeSet<>();
        Path file = Path.of("/proc", container.at("/State/Pid").asString(), "ns/net");
        try (NetworkNamespace namespace = NetworkNamespace.at(file);
                RouteNetlink inside = RouteNetlink.open(namespace)) {
            for (Link link : inside.links().list()) {
                for (Address address : inside.addresses().list(link.index())) {
                    if (!link.name().equals("lo") && address.prefix().isV4()) {
                        has.add(link.mac() + " " + address.prefix());
                    }
                }
                if (!link.name().equals("lo")
                        && inside.addresses().list(link.index()).isEmpty()) {
                    has.add(link.name() + " without an address");
                }
            }
        } catch (IOException e) {
            differences.add("container " + name + " is said to run: " + e.getMessage());
            return;
        }
        if (!said.equals(has)) {
            differences.add("container " + name + " is said to have " + said + " and has " + has);
        }
    }

    private void compareLinks(Map<String, Integer> expectedPorts) throws IOException {
        Map<Integer, Integer> ports = new HashMap<>();
        Map<String, Link> bridges = new HashMap<>();
        int pairs = 0;
        try (RouteNetlink host = RouteNetlink.open()) {
            List<Link> links = host.links().list();
            for (Link link : links) {
                if (link.bridge() != null) {
                    bridges.put(link.name(), link);
                } else if (link.name().startsWith("lt" + tag)) {
                    pairs++;
                    ports.merge(link.master(), 1, Integer::sum);
                }
            }
        }
        int places = 0;
        Set<String> known = new HashSet<>();
        for (JsonNode network : engine.get("/networks").json()) {
            if (!network.path("Driver").asString().equals("bridge")) {
                continue;
            }
            String id = network.path("Id").asString();
            String name = network.at("/Options")
                    .path("com.docker.network.bridge.name")
                    .asString();
            String bridge = name.isEmpty() ? "lt-" + id.substring(0, 12) : name;
            known.add(bridge);
            Link link = bridges.get(bridge);
            int expected = expectedPorts.getOrDefault(id, 0);
            places += expected;
            int has = link == null ? -1 : ports.getOrDefault(link.index(), 0);
            if (has != expected) {
                differences.add("bridge " + bridge + " has " + has + " ports instead of " + expected);
            }
        }
        for (String bridge : bridges.keySet()) {
            boolean ours = bridge.startsWith("lt" + tag);
            if (ours && !known.contains(bridge)) {
                differences.add("bridge " + bridge + " belongs to no network");
            }
        }
        if (pairs > places + PREPARED + 1) {
            differences.add(pairs + " pairs for " + places + " places");
        }
    }

    private void comparePorts(Set<String> published) throws IOException {
        NftSet map = new Table(dev.lighter.kernel.netlink.nft.Family.INET, "lighter-" + tag)
                .set("published4", Field.PROTOCOL, Field.PORT)
                .to(Field.IPV4, Field.PORT);
        Set<String> translated = new TreeSet<>();
        try (Nftables filter = Nftables.open()) {
            for (Element element : filter.elements(map)) {
                int protocol = (Integer) element.key().get(0);
                translated.add(element.key().get(1) + "/" + (protocol == 17 ? "udp" : protocol == 6 ? "tcp" : "sctp"));
            }
        }
        if (!translated.equals(published)) {
            differences.add("published are " + published + ", translated " + translated);
        }
    }
}
