package dev.lighter.kernel.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Chain.Hook;
import dev.lighter.kernel.netlink.nft.Chain.Policy;
import dev.lighter.kernel.netlink.nft.Chain.Type;
import dev.lighter.kernel.netlink.nft.NftMonitor.Transaction;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel accepts, keeps and tells, in a namespace without packets. */
class NftablesIT {
    private final Table table = new Table(Family.INET, "lighter");
    private final Chain forward = table.chain("forward", Type.FILTER, Hook.FORWARD, Chain.PRIORITY_FILTER);
    private final Chain plain = table.chain("plain");

    private NetworkNamespace namespace;
    private Nftables nft;

    @BeforeEach
    void open() throws Exception {
        namespace = NetworkNamespace.create();
        nft = Nftables.open(namespace);
    }

    @AfterEach
    void close() {
        nft.close();
        namespace.close();
    }

    private NftBatch begin() {
        return NftBatch.create().add(table).add(forward).add(plain);
    }

    @Test
    void tablesAndChainsAreListedAsTheyWereAdded() throws Exception {
        assertThat(nft.tables()).isEmpty();
        Table four = new Table(Family.IP, "four");
        Chain drop = four.chain("in", Type.FILTER, Hook.INPUT, -7).withPolicy(Policy.DROP);
        Chain output = four.chain("out", Type.ROUTE, Hook.OUTPUT, Chain.PRIORITY_MANGLE);

        nft.apply(begin().add(four).add(drop).add(output));

        assertThat(nft.tables()).containsExactlyInAnyOrder(table, four);
        assertThat(nft.chains(table)).containsExactlyInAnyOrder(forward, plain);
        assertThat(nft.chains(four)).containsExactlyInAnyOrder(drop, output);
        nft.apply(NftBatch.create().add(drop.withPolicy(Policy.ACCEPT)).delete(output));
        assertThat(nft.chains(four)).containsExactly(drop.withPolicy(Policy.ACCEPT));
        nft.apply(NftBatch.create().delete(four).reset(table));
        assertThat(nft.tables()).containsExactly(table);
        assertThat(nft.chains(table)).isEmpty();
    }

    @Test
    void aChainOfOneDeviceSeesWhatComesInThere() throws Exception {
        try (RouteNetlink route = RouteNetlink.open(namespace)) {
            route.links().create(NewLink.veth("a", VethPeer.named("b")));
        }
        Table netdev = new Table(Family.NETDEV, "early");
        Chain ingress = netdev.chain("ingress", Type.FILTER, Hook.INGRESS, 0).onDevice("a");

        nft.apply(NftBatch.create()
                .add(netdev)
                .add(ingress)
                .append(Rule.in(ingress).ipSaddr(IpPrefix.parse("10.0.0.0/8")).drop()));

        assertThat(nft.chains(netdev).get(0).name()).isEqualTo("ingress");
        assertThat(nft.rules(ingress)).hasSize(1);
    }

    @Test
    void allKindsOfExpressionsAreUnderstood() throws Exception {
        Chain raw = table.chain("raw", Type.FILTER, Hook.PREROUTING, Chain.PRIORITY_RAW);
        Chain last = table.chain("last");
        nft.apply(begin().add(raw)
                .add(last)
                .append(Rule.in(raw).oifname("x*").notrack())
                .append(Rule.in(plain).limit(10, 5).log("lighter: ").returns())
                .append(Rule.in(plain).not().limit(10, 5).ctStatusDnat().goTo(last))
                .append(Rule.in(forward).clampMss())
                .append(Rule.in(forward).not().fibDaddrLocal().protocol(1).jump(plain)));

        assertThat(nft.rules(table))
                .extracting(RuleInfo::chain)
                .containsExactlyInAnyOrder("raw", "plain", "plain", "forward", "forward");
        assertThat(nft.rules(raw).get(0).expressions()).containsExactly("meta", "cmp", "notrack");
        assertThat(nft.rules(plain).get(0).expressions()).containsExactly("limit", "log", "immediate");
        assertThat(nft.rules(forward).get(0).expressions())
                .containsExactly("meta", "cmp", "payload", "bitwise", "cmp", "rt", "exthdr");
    }

    @Test
    void rulesAreInsertedReplacedAndDeletedByTheirHandles() throws Exception {
        nft.apply(begin().append(Rule.in(plain).counter().comment("one"))
                .append(Rule.in(plain).counter().comment("two"))
                .prepend(Rule.in(plain).comment("zero")));
        long two = handle("two");

        nft.apply(NftBatch.create()
                .insertBefore(two, Rule.in(plain).comment("one and a half"))
                .deleteRule(plain, handle("zero")));
        nft.apply(NftBatch.create().replace(two, Rule.in(plain).drop().comment("changed")));

        assertThat(nft.rules(plain)).extracting(RuleInfo::comment).containsExactly("one", "one and a half", "changed");
        nft.apply(NftBatch.create().flush(plain));
        assertThat(nft.rules(plain)).isEmpty();
    }

    private long handle(String comment) throws ErrnoException {
        return nft.rules(plain).stream()
                .filter(rule -> comment.equals(rule.comment()))
                .findFirst()
                .orElseThrow()
                .handle();
    }

    @Test
    void aBatchIsDoneAllOrNot() throws Exception {
        nft.apply(begin());
        int before = nft.generation();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.apply(NftBatch.create()
                        .append(Rule.in(plain).drop())
                        .append(Rule.in(table.chain("nowhere")).drop())
                        .append(Rule.in(plain).accept())))
                .withMessageStartingWith("NFT_MSG_NEWRULE(inet lighter nowhere): ENOENT No such file or directory");

        assertThat(nft.rules(plain)).isEmpty();
        assertThat(nft.generation()).isEqualTo(before);
        nft.apply(NftBatch.create().append(Rule.in(plain).drop()));
        assertThat(nft.generation()).isNotEqualTo(before);
        nft.apply(NftBatch.create());
    }

    @Test
    void aBatchForAGenerationThatHasPassedIsRefused() throws Exception {
        int old = nft.generation();
        nft.apply(begin().onlyIfGeneration(old));

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.apply(NftBatch.create().add(plain).onlyIfGeneration(old)))
                .matches(e -> e.is(Errno.ERESTART));
        nft.apply(NftBatch.create().add(plain).onlyIfGeneration(nft.generation()));
    }

    @Test
    void failuresNameWhatWasAskedFor() throws Exception {
        NftSet set = table.set("ports", Field.PORT);
        nft.apply(begin().add(set)
                .append(Rule.in(forward).jump(plain))
                .append(Rule.in(forward).in(set, Load.DESTINATION_PORT)));

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.apply(NftBatch.create().delete(plain)))
                .withMessageStartingWith("NFT_MSG_DELCHAIN(inet lighter plain): EBUSY Device or resource busy");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.apply(NftBatch.create().delete(set)))
                .withMessageStartingWith("NFT_MSG_DELSET(inet lighter @ports): EBUSY Device or resource busy");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.apply(NftBatch.create().delete(set, Element.of(1))))
                .withMessageStartingWith("NFT_MSG_DELSETELEM(inet lighter @ports): ENOENT");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.elements(table.set("nowhere", Field.PORT)))
                .matches(e -> e.is(Errno.ENOENT));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.apply(NftBatch.create().delete(new Table(Family.IP, "nowhere"))))
                .withMessageStartingWith("NFT_MSG_DELTABLE(ip nowhere): ENOENT");
    }

    @Test
    void aMapWithThousandsOfElementsIsWrittenAndRead() throws Exception {
        NftSet published =
                table.set("published", Field.IPV4, Field.PROTOCOL, Field.PORT).to(Field.IPV4, Field.PORT);
        List<Element> elements = new ArrayList<>();
        for (int port = 1; port <= 5000; port++) {
            elements.add(Element.of(IpPrefix.address("192.168.0.1"), Rule.TCP, port)
                    .to(IpPrefix.address("10.0.0.2"), port)
                    .comment("container " + port));
        }

        nft.apply(begin().add(published).add(published, elements));

        assertThat(nft.sets(table)).containsExactly("published");
        assertThat(nft.elements(published)).containsExactlyInAnyOrderElementsOf(elements);
        nft.apply(NftBatch.create().add(published, elements.get(0)));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> nft.apply(
                        NftBatch.create().add(published, elements.get(0).to(IpPrefix.address("10.0.0.3"), 1))))
                .matches(e -> e.is(Errno.EEXIST));
        nft.apply(NftBatch.create().delete(published, elements.subList(0, 4999)));
        assertThat(nft.elements(published)).containsExactly(elements.get(4999));
        nft.apply(NftBatch.create().flush(published));
        assertThat(nft.elements(published)).isEmpty();
    }

    @Test
    void rangesAndJoinedRangesAreReadAsTheyWereWritten() throws Exception {
        NftSet networks = table.set("networks", Field.IPV4).withIntervals();
        NftSet joined =
                table.set("joined", Field.IPV6, Field.PORT).to(Field.MARK).withIntervals();
        List<Element> some = List.of(
                Element.range(IpPrefix.address("0.0.0.0"), IpPrefix.address("0.255.255.255")),
                Element.of(IpPrefix.address("10.0.0.1")),
                Element.range(IpPrefix.address("10.0.0.3"), IpPrefix.address("10.0.0.9")),
                Element.range(IpPrefix.address("240.0.0.0"), IpPrefix.address("255.255.255.255")));
        Element both = Element.of(IpPrefix.address("fd00::"), 80)
                .upTo(IpPrefix.address("fd00::ffff"), 90)
                .to(7);

        nft.apply(begin().add(networks).add(networks, some).add(joined).add(joined, both));

        assertThat(nft.elements(networks)).containsExactlyElementsOf(some);
        assertThat(nft.elements(joined)).containsExactly(both);
        nft.apply(NftBatch.create().delete(networks, some.get(2)));
        assertThat(nft.elements(networks)).containsExactly(some.get(0), some.get(1), some.get(3));
    }

    @Test
    void elementsExpire() throws Exception {
        NftSet set = table.set("soon", Field.MARK).withTimeouts();
        nft.apply(begin().add(set)
                .add(set, Element.of(1).forMillis(3_600_000), Element.of(2).forMillis(20)));

        assertThat(nft.elements(set)).contains(Element.of(1).forMillis(3_600_000));
        while (nft.elements(set).size() > 1) {
            Thread.onSpinWait();
        }
        assertThat(nft.elements(set)).containsExactly(Element.of(1).forMillis(3_600_000));
    }

    @Test
    void anOwnedTableIsItsSocketsAndGoesWithIt() throws Exception {
        try (Nftables owner = Nftables.open(namespace)) {
            owner.apply(NftBatch.create().addOwned(table).add(plain));

            assertThat(nft.tables()).containsExactly(table);
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> nft.apply(NftBatch.create().delete(table)))
                    .matches(e -> e.is(Errno.EPERM));
        }
        while (!nft.tables().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(nft.tables()).isEmpty();
    }

    @Test
    void aMonitorTellsWhatOthersDo() throws Exception {
        try (NftMonitor monitor = NftMonitor.open(namespace);
                Nftables other = Nftables.open(namespace)) {
            assertThat(monitor.next(0)).isEmpty();

            nft.apply(begin());
            Transaction own = monitor.next(10_000).orElseThrow();
            assertThat(own.madeBy(nft)).isTrue();
            assertThat(own.madeBy(other)).isFalse();
            assertThat(own.generation()).isEqualTo(nft.generation());

            other.apply(NftBatch.create().delete(table));
            Transaction foreign = monitor.next(10_000).orElseThrow();
            assertThat(foreign.madeBy(other)).isTrue();
            assertThat(foreign.madeBy(nft)).isFalse();
            assertThat(foreign.generation()).isEqualTo(nft.generation());
            assertThat(monitor.next(0)).isEmpty();
        }
    }

    @Test
    void aMonitorSaysThatItHasMissedSomething() throws Exception {
        try (NftMonitor monitor = NftMonitor.open(namespace)) {
            NftSet set = table.set("marks", Field.MARK);
            List<Element> elements = new ArrayList<>();
            for (int mark = 0; mark < 20_000; mark++) {
                elements.add(Element.of(mark));
            }
            nft.apply(begin().add(set));
            for (int round = 0; round < 10; round++) {
                nft.apply(NftBatch.create().add(set, elements));
                nft.apply(NftBatch.create().flush(set));
            }

            boolean missed = false;
            while (!missed) {
                missed = monitor.next(10_000).orElseThrow().port() == 0;
            }
            assertThat(missed).isTrue();
        }
    }
}
