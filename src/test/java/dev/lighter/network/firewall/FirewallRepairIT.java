package dev.lighter.network.firewall;

import static dev.lighter.network.firewall.FirewallLab.HOST;
import static dev.lighter.network.firewall.FirewallLab.ONE;
import static dev.lighter.network.firewall.FirewallLab.TWO;
import static dev.lighter.network.firewall.FirewallLab.await;
import static dev.lighter.network.firewall.FirewallLab.connect;
import static dev.lighter.network.firewall.FirewallLab.port;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.nft.Chain;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.Family;
import dev.lighter.kernel.netlink.nft.Field;
import dev.lighter.kernel.netlink.nft.NftBatch;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.nft.RuleInfo;
import dev.lighter.kernel.netlink.nft.Table;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others do to the table, and what becomes of it. */
class FirewallRepairIT {
    private static final Translation WEB = port(null, Rule.TCP, 8080, "10.0.0.2", 80);

    private final Table table = new Table(Family.INET, "lighter");
    private final Queue<String> repaired = new ConcurrentLinkedQueue<>();
    private FirewallLab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new FirewallLab();
        lab.firewall.publish(List.of(WEB));
        lab.firewall.watch(repaired::add);
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void repairedAfter(NftBatch batch, String words) throws Exception {
        List<FirewallRule> before = uncounted();
        lab.nft.apply(batch);
        await(() -> !repaired.isEmpty(), "not repaired: " + words);
        assertThat(repaired.remove()).contains(words);
        assertThat(uncounted()).containsExactlyInAnyOrderElementsOf(before);
        connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);
    }

    private List<FirewallRule> uncounted() throws Exception {
        return lab.firewall.rules().stream()
                .map(rule -> new FirewallRule(rule.chain(), rule.meaning(), 0, 0))
                .toList();
    }

    @Test
    void theTableIsMadeAgainWhenItIsGone() throws Exception {
        repairedAfter(NftBatch.create().delete(table), "the table was gone");
        repairedAfter(NftBatch.create().delete(table).add(table), "the chains were others");
    }

    @Test
    void chainsAreMadeAgain() throws Exception {
        Chain forward = chain("forward");
        repairedAfter(NftBatch.create().flush(forward), "the rules of forward were others");
        repairedAfter(NftBatch.create().delete(forward), "the chains were others");
        repairedAfter(NftBatch.create().add(forward.withPolicy(Chain.Policy.DROP)), "the chains were others");
    }

    private Chain chain(String name) throws Exception {
        return lab.nft.chains(table).stream()
                .filter(chain -> chain.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rulesAreMadeAgain() throws Exception {
        Chain host = chain("host");
        repairedAfter(NftBatch.create().prepend(Rule.in(host).accept()), "the rules of host were others");
        RuleInfo last = lab.nft.rules(host).get(lab.nft.rules(host).size() - 1);
        repairedAfter(
                NftBatch.create()
                        .replace(
                                last.handle(),
                                Rule.in(host).counter().accept().comment(String.valueOf(last.comment()))),
                "rules were replaced");
    }

    @Test
    void elementsAreMadeAgain() throws Exception {
        FirewallSets sets = new FirewallSets(table);
        repairedAfter(NftBatch.create().delete(sets.published4, Element.of(6, 8080)), "1 missing in published4");
        repairedAfter(
                NftBatch.create().add(sets.bridges, Element.of("lan")).flush(sets.subnets4),
                "2 missing in subnets4, 1 foreign in bridges");
        repairedAfter(
                NftBatch.create()
                        .delete(sets.published4, Element.of(6, 8080))
                        .add(sets.published4, new PublishedElements(sets).element(port(null, 6, 8080, "10.0.1.2", 80))),
                "1 missing in published4, 1 foreign in published4");
        repairedAfter(NftBatch.create().add(table.set("more", Field.MARK)), "the sets were others");
    }

    /** Rules that were made anew have others. */
    private List<Long> handles() throws Exception {
        return lab.nft.rules(table).stream().map(RuleInfo::handle).toList();
    }

    @Test
    void whatOthersDoElsewhereChangesNothing() throws Exception {
        Table foreign = new Table(Family.INET, "foreign");
        Chain chain = foreign.chain("input");
        NftSet marks = foreign.set("marks", Field.MARK);
        List<Long> handles = handles();
        lab.nft.apply(NftBatch.create().add(foreign).add(chain).add(marks));
        for (int mark = 0; mark < 200; mark++) {
            lab.nft.apply(NftBatch.create()
                    .add(marks, Element.of(mark))
                    .append(Rule.in(chain).drop()));
        }
        // The watch sees transactions in their order: when it has seen this one, it has seen those before.
        repairedAfter(NftBatch.create().delete(new FirewallSets(table).published4, Element.of(6, 8080)), "1 missing");

        assertThat(repaired).isEmpty();
        assertThat(lab.nft.tables()).contains(foreign);
        assertThat(lab.nft.rules(chain)).hasSize(200);
        assertThat(handles()).isEqualTo(handles);
        lab.firewall.cleanUp();
        assertThat(lab.nft.tables()).containsExactly(foreign);
    }

    @Test
    void aChangeThatMeetsABrokenTableIsMadeAllTheSame() throws Exception {
        lab.nft.apply(NftBatch.create().delete(table));
        lab.firewall.publish(List.of(port(null, Rule.TCP, 8081, "10.0.1.2", 81)));

        connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);
        connect(lab.outside, HOST, 8081, lab.other, "10.0.1.2", 81);
    }

    @Test
    void theTableOutlivesItsEngine() throws Exception {
        lab.firewall.close();

        connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);
        try (Firewall next =
                Firewall.open("lighter", FirewallSettings.closed(), lab.host().namespace())) {
            assertThat(next.repair()).isEmpty();
            next.rebuild(List.of(ONE, TWO), List.of(WEB));
            connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);
            next.cleanUp();
            assertThat(lab.nft.tables()).isEmpty();
            assertThat(lab.host().namespace().setting("ipv4/conf/one/route_localnet"))
                    .isEqualTo("0");
            next.cleanUp();
        }
    }

    @Test
    void thisKernelLacksNothing() {
        assertThat(Firewall.missing()).isEmpty();
    }
}
