package dev.lighter.network.firewall;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Chain;
import dev.lighter.kernel.netlink.nft.Chain.Hook;
import dev.lighter.kernel.netlink.nft.Chain.Type;
import dev.lighter.kernel.netlink.nft.ConnectionState;
import dev.lighter.kernel.netlink.nft.Conntrack;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.Family;
import dev.lighter.kernel.netlink.nft.Field;
import dev.lighter.kernel.netlink.nft.NftBatch;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Nftables;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.nft.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the table needs of the kernel, tried piece by piece in a network namespace that goes afterwards. */
final class KernelRequirements {
    private static final Table TABLE = new Table(Family.INET, "trial");
    private static final Chain NAT = TABLE.chain("nat", Type.NAT, Hook.POSTROUTING, Chain.PRIORITY_SNAT);
    private static final Chain FILTER = TABLE.chain("filter", Type.FILTER, Hook.FORWARD, Chain.PRIORITY_FILTER);

    private KernelRequirements() {}

    static Optional<String> missing() {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                Nftables nft = Nftables.open(namespace)) {
            nft.apply(NftBatch.create().add(TABLE));
            List<String> missing = new ArrayList<>();
            for (Map.Entry<String, NftBatch> piece : pieces().entrySet()) {
                try {
                    nft.apply(piece.getValue());
                } catch (ErrnoException e) {
                    missing.add(piece.getKey() + " (" + e.getMessage() + ")");
                }
            }
            try (Conntrack conntrack = Conntrack.open(namespace)) {
                conntrack.list();
            } catch (ErrnoException e) {
                missing.add("the list of tracked connections, nf_conntrack_netlink (" + e.getMessage() + ")");
            }
            return missing.isEmpty() ? Optional.empty() : Optional.of("the kernel lacks " + String.join("; ", missing));
        } catch (IOException e) {
            return Optional.of(
                    "the kernel lacks the packet filter nf_tables for family inet, or does not let this process use it ("
                            + e.getMessage() + ")");
        }
    }

    private static Map<String, NftBatch> pieces() {
        Map<String, NftBatch> pieces = new LinkedHashMap<>();
        pieces.put("translation of addresses, nft_chain_nat", NftBatch.create().add(NAT));
        pieces.put(
                "masquerading, nft_masq",
                NftBatch.create().add(NAT).append(Rule.in(NAT).masquerade()));
        pieces.put(
                "connection tracking, nft_ct",
                NftBatch.create()
                        .add(FILTER)
                        .append(Rule.in(FILTER)
                                .ctState(ConnectionState.ESTABLISHED)
                                .counter()
                                .accept()));
        pieces.put(
                "the question whether an address is local, nft_fib_inet",
                NftBatch.create()
                        .add(FILTER)
                        .append(Rule.in(FILTER).fibDaddrLocal().drop()));
        pieces.put(
                "changing TCP options, nft_exthdr and nft_rt",
                NftBatch.create().add(FILTER).append(Rule.in(FILTER).clampMss()));
        NftSet ranges = TABLE.set("ranges", Field.IPV4).withIntervals();
        pieces.put(
                "sets of ranges",
                NftBatch.create()
                        .add(ranges)
                        .add(ranges, Element.range(IpPrefix.address("192.0.2.0"), IpPrefix.address("192.0.2.9"))));
        NftSet counting = TABLE.set("counting", Field.PORT).withCounters();
        pieces.put(
                "elements of sets that count, since Linux 5.11",
                NftBatch.create().add(counting).add(counting, Element.of(1)));
        return pieces;
    }
}
