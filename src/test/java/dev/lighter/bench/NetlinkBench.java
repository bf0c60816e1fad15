package dev.lighter.bench;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Chain;
import dev.lighter.kernel.netlink.nft.Chain.Hook;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.Family;
import dev.lighter.kernel.netlink.nft.Field;
import dev.lighter.kernel.netlink.nft.NftBatch;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Nftables;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.nft.Table;
import dev.lighter.kernel.netlink.route.BridgeOptions;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.RouteBatch;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the messages of a container's network cost, in namespaces of its own; prints medians and ninetieth percentiles in milliseconds.
 * {@code java -cp … dev.lighter.bench.NetlinkBench}.
 */
public final class NetlinkBench {
    private static final int RUNS = 200;
    private static final int CROWD = 1000;
    private static final int PORTS = 1020;
    private static final int BATCH = 20;

    private NetlinkBench() {}

    /** What is measured. */
    @FunctionalInterface
    private interface Step {
        void run(int round) throws IOException;
    }

    /** Measures and prints. */
    public static void main(String[] arguments) throws IOException {
        for (int warmUp = 0; warmUp < 2; warmUp++) {
            links(warmUp == 1);
            ports(warmUp == 1);
            rules(warmUp == 1);
        }
    }

    private static void measure(String what, boolean print, int runs, Step step) throws IOException {
        double[] millis = new double[runs];
        for (int i = 0; i < runs; i++) {
            long begin = System.nanoTime();
            step.run(i);
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        if (print) {
            System.out.println(
                    String.format(Locale.ROOT, "%-55s %8.3f %8.3f", what, millis[runs / 2], millis[runs * 9 / 10]));
        }
    }

    private static void links(boolean print) throws IOException {
        List<NetworkNamespace> inside = new ArrayList<>();
        try (NetworkNamespace outside = NetworkNamespace.create();
                RouteNetlink route = RouteNetlink.open(outside)) {
            measure("namespace", print, RUNS, i -> inside.add(NetworkNamespace.create()));
            measure(
                    "socket in a namespace",
                    print,
                    RUNS,
                    i -> RouteNetlink.open(inside.get(i)).close());
            measure(
                    "veth pair, peer born in a namespace",
                    print,
                    RUNS,
                    i -> route.links()
                            .create(NewLink.veth("v" + i, VethPeer.named("eth0").namespace(inside.get(i)))));
            measure("link found by its name", print, RUNS, i -> route.links().index("v" + i));
            measure("pair removed by its name", print, BATCH, i -> route.links().delete("v" + i));
            measure(
                    "namespace closed with its end (not awaited)",
                    print,
                    RUNS,
                    i -> inside.get(i).close());
            inside.clear();
            NetworkNamespace crowd = NetworkNamespace.create();
            measure("20 veth pairs in a batch", print, 10, round -> {
                RouteBatch batch = route.batch();
                for (int i = 0; i < BATCH; i++) {
                    String name = "b" + round + "-" + i;
                    batch.links().create(NewLink.veth(name, VethPeer.named(name).namespace(crowd)));
                }
                batch.send();
            });
            measure("200 veth pairs removed with their namespace", print, 1, round -> {
                crowd.close();
                while (route.links().list().stream()
                        .anyMatch(link -> link.name().startsWith("b"))) {
                    Thread.onSpinWait();
                }
            });
        }
    }

    private static void ports(boolean print) throws IOException {
        try (NetworkNamespace outside = NetworkNamespace.create();
                NetworkNamespace inside = NetworkNamespace.create();
                RouteNetlink route = RouteNetlink.open(outside)) {
            route.links()
                    .create(NewLink.bridge("br0", BridgeOptions.create().stp(false))
                            .up());
            int bridge = route.links().index("br0");
            double[] attach = new double[PORTS];
            double[] born = new double[PORTS];
            for (int i = 0; i < PORTS; i++) {
                NewLink pair = NewLink.veth("p" + i, VethPeer.named("p" + i).namespace(inside));
                boolean atOnce = i % 2 == 1;
                long begin = System.nanoTime();
                route.links().create(atOnce ? pair.master(bridge).up() : pair);
                born[i] = (System.nanoTime() - begin) / 1e6;
                if (!atOnce) {
                    begin = System.nanoTime();
                    route.links()
                            .change("p" + i, LinkChange.create().master(bridge).up());
                    attach[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
            for (int from : new int[] {0, 500, 1000}) {
                if (print) {
                    System.out.println(String.format(
                            Locale.ROOT,
                            "port %4d: attached and up %8.3f; pair born attached and up %8.3f",
                            from,
                            median(attach, from),
                            median(born, from + 1)));
                }
            }
        }
    }

    /** Of ten of the ports of one kind, every second, from a port on. */
    private static double median(double[] figures, int from) {
        double[] some = new double[10];
        for (int i = 0; i < some.length; i++) {
            some[i] = figures[from + 2 * i];
        }
        Arrays.sort(some);
        return some[some.length / 2];
    }

    private static void rules(boolean print) throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                Nftables nft = Nftables.open(namespace)) {
            Table table = new Table(Family.INET, "bench");
            Chain chain = table.chain("before", Chain.Type.NAT, Hook.PREROUTING, Chain.PRIORITY_DNAT);
            NftSet published = table.set("published", Field.IPV4, Field.PROTOCOL, Field.PORT)
                    .to(Field.IPV4, Field.PORT);
            NftBatch filling = NftBatch.create().add(table).add(chain).add(published);
            for (int i = 0; i < CROWD; i++) {
                filling.append(rule(chain, 10_000 + i)).add(published, element(10_000 + i));
            }
            measure("1000 rules and 1000 elements in one batch", print, 1, i -> nft.apply(filling));
            measure(
                    "element added with 1000 there",
                    print,
                    RUNS,
                    i -> nft.apply(NftBatch.create().add(published, element(20_000 + i))));
            measure(
                    "element removed with 1000 there",
                    print,
                    RUNS,
                    i -> nft.apply(NftBatch.create()
                            .delete(published, Element.of(IpPrefix.address("192.168.0.1"), Rule.TCP, 20_000 + i))));
            measure(
                    "rule added with 1000 there",
                    print,
                    RUNS,
                    i -> nft.apply(NftBatch.create().append(rule(chain, 20_000 + i))));
            measure("rule found by its comment and removed", print, BATCH, i -> {
                String comment = "port " + (20_000 + i);
                long handle = nft.rules(chain).stream()
                        .filter(rule -> comment.equals(rule.comment()))
                        .findFirst()
                        .orElseThrow()
                        .handle();
                nft.apply(NftBatch.create().deleteRule(chain, handle));
            });
            measure("generation asked for", print, RUNS, i -> nft.generation());
        }
    }

    private static Rule rule(Chain chain, int port) {
        return Rule.in(chain)
                .ipDaddr(IpPrefix.parse("192.168.0.1"))
                .tcpDport(port)
                .dnat(IpPrefix.address("10.0.0.2"), 80)
                .comment("port " + port);
    }

    private static Element element(int port) {
        return Element.of(IpPrefix.address("192.168.0.1"), Rule.TCP, port).to(IpPrefix.address("10.0.0.2"), 80);
    }
}
