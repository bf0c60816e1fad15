package dev.lighter.network.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.Family;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.nft.Table;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What networks and published ports are in terms of sets, without a kernel. */
class FirewallElementsTest {
    private static final WalledNetwork ONE =
            WalledNetwork.of("one", IpPrefix.parse("10.0.0.1/24"), IpPrefix.parse("fd00::1/64"));

    private final FirewallSets sets = new FirewallSets(new Table(Family.INET, "lighter"));
    private final NetworkElements networks = new NetworkElements(sets);
    private final PublishedElements published = new PublishedElements(sets);

    private Collection<Element> in(NftSet set, WalledNetwork... some) {
        return networks.of(List.of(some)).in(set);
    }

    private static Translation port(String at, int protocol, int port, String to) {
        return new Translation(
                at.equals("*") ? null : IpPrefix.address(at), protocol, port, IpPrefix.address(to), 80, "");
    }

    @Test
    void aNetworkIsItsBridgesSubnetsAndGateways() {
        assertThat(in(sets.bridges, ONE)).containsExactly(Element.of("one"));
        assertThat(in(sets.together, ONE)).containsExactly(Element.of("one", "one"));
        assertThat(in(sets.gateways4, ONE)).containsExactly(Element.of("one", IpPrefix.address("10.0.0.1")));
        assertThat(in(sets.gateways6, ONE)).containsExactly(Element.of("one", IpPrefix.address("fd00::1")));
        assertThat(in(sets.subnets4, ONE))
                .containsExactly(Element.range(IpPrefix.address("10.0.0.0"), IpPrefix.address("10.0.0.255")));
        assertThat(in(sets.back, ONE)).containsExactly(Element.of("one", "one"), Element.of("", "one"));
        assertThat(in(sets.masquerade4, ONE))
                .containsExactly(Element.range(IpPrefix.address("10.0.0.0"), IpPrefix.address("10.0.0.255")));
        for (NftSet empty : List.of(sets.apart, sets.internal, sets.open4, sets.open6)) {
            assertThat(in(empty, ONE)).isEmpty();
        }
    }

    @Test
    void severalBridgesHaveOneGatewayAndAreTogether() {
        WalledNetwork wide = ONE.withBridges("one", "more");

        assertThat(in(sets.together, wide)).hasSize(4);
        assertThat(in(sets.back, wide)).hasSize(2);
        assertThat(in(sets.gateways4, wide))
                .containsExactly(
                        Element.of("one", IpPrefix.address("10.0.0.1")),
                        Element.of("more", IpPrefix.address("10.0.0.1")));
        assertThat(in(sets.apart, wide.withoutIcc())).containsExactly(Element.of("one", "one"));
        assertThat(in(sets.together, wide.withoutIcc())).hasSize(3);
    }

    @Test
    void anInternalNetworkIsNeverOpen() {
        WalledNetwork internal = ONE.routed(true).asInternal();

        assertThat(in(sets.internal, internal)).containsExactly(Element.of("one"));
        assertThat(in(sets.open4, internal)).isEmpty();
        assertThat(in(sets.open4, ONE.routed(true))).containsExactly(Element.of("one"));
        assertThat(in(sets.masquerade4, ONE.routed(true))).isEmpty();
    }

    @Test
    void rangesNeverOverlap() {
        assertThat(NetworkElements.outermost(List.of(
                        IpPrefix.parse("10.0.0.1/24"),
                        IpPrefix.parse("10.0.0.2/24"),
                        IpPrefix.parse("10.0.0.128/25"),
                        IpPrefix.parse("10.0.1.1/24"),
                        IpPrefix.parse("fd00::1/64"))))
                .containsExactly(
                        IpPrefix.parse("10.0.0.0/24"), IpPrefix.parse("10.0.1.0/24"), IpPrefix.parse("fd00::/64"));
        FirewallContents contents = new FirewallContents();
        networks.constants(
                new FirewallSettings(List.of(IpPrefix.parse("192.0.2.1"), IpPrefix.parse("0.0.0.0/0")), false, false),
                contents);
        assertThat(contents.in(sets.reachable4))
                .containsExactly(Element.range(IpPrefix.address("0.0.0.0"), IpPrefix.address("255.255.255.255")));
    }

    @Test
    void aNetworkWithinAnotherIsCoveredByItUntilThatGoes() {
        WalledNetwork wide = WalledNetwork.of("wide", IpPrefix.parse("10.0.0.1/8"));

        assertThat(networks.change(List.of(wide), List.of(), List.of(ONE)).added())
                .doesNotContainKey(sets.subnets4);
        ContentsChange change = networks.change(List.of(ONE), List.of(wide), List.of());
        assertThat(change.removed().get(sets.subnets4))
                .containsExactly(Element.range(IpPrefix.address("10.0.0.0"), IpPrefix.address("10.255.255.255")));
        assertThat(change.added().get(sets.subnets4))
                .containsExactly(Element.range(IpPrefix.address("10.0.0.0"), IpPrefix.address("10.0.0.255")));
    }

    @Test
    void routersAdvertisementsAreNotForContainersToSend() {
        FirewallContents contents = new FirewallContents();
        networks.constants(FirewallSettings.closed(), contents);

        assertThat(contents.in(sets.discovery))
                .contains(Element.of(58, 135), Element.of(58, 136))
                .doesNotContain(Element.of(58, 134), Element.of(58, 137));
    }

    @Test
    void aPublishedPortIsAnElementOfTheMapOfItsAddress() throws Exception {
        ContentsChange change = published.publish(
                new FirewallContents(),
                List.of(
                        port("*", Rule.TCP, 8080, "10.0.0.2"),
                        port("0.0.0.0", Rule.TCP, 8080, "10.0.0.2"),
                        port("192.0.2.1", Rule.UDP, 53, "10.0.0.2"),
                        port("::", Rule.TCP, 8080, "fd00::2"),
                        port("fd09::1", Rule.SCTP, 9, "fd00::2")));

        assertThat(change.added())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        sets.published4,
                        List.of(Element.of(Rule.TCP, 8080).to(IpPrefix.address("10.0.0.2"), 80)),
                        sets.publishedAt4,
                        List.of(Element.of(IpPrefix.address("192.0.2.1"), Rule.UDP, 53)
                                .to(IpPrefix.address("10.0.0.2"), 80)),
                        sets.published6,
                        List.of(Element.of(Rule.TCP, 8080).to(IpPrefix.address("fd00::2"), 80)),
                        sets.publishedAt6,
                        List.of(Element.of(IpPrefix.address("fd09::1"), Rule.SCTP, 9)
                                .to(IpPrefix.address("fd00::2"), 80))));
    }

    @Test
    void onePortOfOneRequestCannotGoToTwoPlaces() {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> published.publish(
                        new FirewallContents(),
                        List.of(port("*", Rule.TCP, 8080, "10.0.0.2"), port("*", Rule.TCP, 8080, "10.0.0.3"))));
    }

    @Test
    void onlyWhatIsPublishedIsWithdrawn() throws Exception {
        FirewallContents contents = new FirewallContents();
        Translation web = port("*", Rule.TCP, 8080, "10.0.0.2");
        contents.apply(published.publish(contents, List.of(web)));

        assertThat(published
                        .withdraw(contents, List.of(port("*", Rule.TCP, 8080, "10.0.0.3")))
                        .isEmpty())
                .isTrue();
        ContentsChange change = published.withdraw(contents, List.of(web, web));
        assertThat(change.removed().get(sets.published4)).hasSize(1);
        contents.apply(change);
        assertThat(published.withdraw(contents, List.of(web)).isEmpty()).isTrue();
    }

    @Test
    void whatTheKernelCannotTranslateIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> port("::1", Rule.TCP, 80, "fd00::2"));
        assertThatIllegalArgumentException().isThrownBy(() -> port("::", Rule.TCP, 80, "10.0.0.2"));
        assertThatIllegalArgumentException().isThrownBy(() -> port("192.0.2.1", Rule.TCP, 80, "fd00::2"));
        assertThatIllegalArgumentException().isThrownBy(() -> port("*", 1, 80, "10.0.0.2"));
    }

    @Test
    void elementsAreShownInWords() {
        assertThat(ElementWords.meaning(
                        sets.publishedAt4,
                        published.element(new Translation(
                                IpPrefix.address("192.0.2.1"),
                                Rule.TCP,
                                8080,
                                IpPrefix.address("10.0.0.2"),
                                80,
                                "web"))))
                .isEqualTo("192.0.2.1 tcp 8080 to 10.0.0.2 80 (web)");
        assertThat(ElementWords.meaning(
                        sets.subnets4, in(sets.subnets4, ONE).iterator().next()))
                .isEqualTo("10.0.0.0 - 10.0.0.255");
    }

    @Test
    void whatDiffersIsMadeGood() {
        FirewallContents contents = networks.of(List.of(ONE));
        ContentsChange change = new ContentsChange();

        contents.repair(sets.bridges, List.of(Element.of("lan")), change);

        assertThat(change.asRepair()).isEqualTo("1 missing in bridges, 1 foreign in bridges");
        assertThat(contents.changeTo(networks.of(List.of(ONE)), sets.all()).isEmpty())
                .isTrue();
    }
}
