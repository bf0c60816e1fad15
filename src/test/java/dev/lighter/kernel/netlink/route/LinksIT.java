package dev.lighter.kernel.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.Lab;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.route.NewLink.MacvlanMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinksIT {
    private static final MacAddress MAC = MacAddress.parse("02:42:0a:00:00:07");

    private Lab lab;
    private Links links;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab();
        links = lab.router().route().links();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private Link link(String name) throws ErrnoException {
        return links.find(name).orElseThrow();
    }

    @Test
    void aNewNamespaceHasLoopback() throws Exception {
        assertThat(link("lo").index()).isEqualTo(1);
        assertThat(link("lo").up()).isTrue();
        assertThat(links.list()).extracting(Link::name).contains("lo");
        assertThat(links.find(1)).map(Link::name).contains("lo");
        assertThat(links.find("nowhere")).isEmpty();
        assertThat(links.find(12_345)).isEmpty();
    }

    @Test
    void aBridgeIsMadeAsItIsDescribedAndCanBeChanged() throws Exception {
        links.create(NewLink.bridge(
                        "br0",
                        BridgeOptions.create()
                                .stp(false)
                                .forwardDelaySeconds(0)
                                .ageingSeconds(60)
                                .multicastSnooping(false))
                .mac(MAC)
                .mtu(1400)
                .up());

        Link bridge = link("br0");
        assertThat(bridge.kind()).isEqualTo("bridge");
        assertThat(bridge.mac()).isEqualTo(MAC);
        assertThat(bridge.mtu()).isEqualTo(1400);
        assertThat(bridge.up()).isTrue();
        assertThat(bridge.bridge()).isEqualTo(new Link.Bridge(false, 0, 60, false, false));

        links.change(bridge.index(), BridgeOptions.create().ageingSeconds(30).multicastSnooping(true));
        assertThat(link("br0").bridge()).isEqualTo(new Link.Bridge(false, 0, 30, true, false));
    }

    @Test
    void aPairIsBornWithItsPeerInAnotherNamespaceByOneMessage() throws Exception {
        Host host = lab.host("host");
        int bridge = lab.bridge("br0");

        links.create(NewLink.veth(
                        "veth7",
                        VethPeer.named("eth0")
                                .namespace(host.namespace())
                                .mac(MAC)
                                .mtu(1400))
                .mtu(1400)
                .master(bridge)
                .up());

        Link outside = link("veth7");
        Link inside = host.route().links().find("eth0").orElseThrow();
        assertThat(outside.kind()).isEqualTo("veth");
        assertThat(outside.master()).isEqualTo(bridge);
        assertThat(outside.up()).isTrue();
        assertThat(outside.parent()).isEqualTo(inside.index());
        assertThat(inside.mac()).isEqualTo(MAC);
        assertThat(inside.mtu()).isEqualTo(1400);
        assertThat(links.find("eth0")).isEmpty();
        host.route().links().change("eth0", LinkChange.create().up());
        Lab.awaitRunning(host, "eth0");
    }

    @Test
    void portsHaveOptionsOfTheirOwn() throws Exception {
        int bridge = lab.bridge("br0");
        lab.attach("a", bridge, "10.0.0.2/24");
        int port = links.index("a");
        assertThat(link("a").port()).isEqualTo(new Link.Port(false, false, true, true));

        links.change(
                port,
                PortOptions.create()
                        .hairpin(true)
                        .isolated(true)
                        .learning(false)
                        .unicastFlood(false));

        assertThat(link("a").port()).isEqualTo(new Link.Port(true, true, false, false));
        assertThat(link("br0").port()).isNull();
    }

    @Test
    void aLinkIsChangedByNameAndByIndex() throws Exception {
        links.create(NewLink.veth("a", VethPeer.named("b")));
        int index = links.index("a");

        links.change("a", LinkChange.create().mtu(1300).mac(MAC));
        links.change("a", LinkChange.create().name("c"));
        links.change(index, LinkChange.create().up());

        assertThat(link("c"))
                .returns(index, Link::index)
                .returns(1300, Link::mtu)
                .returns(MAC, Link::mac)
                .returns(true, Link::up);
        links.change("c", LinkChange.create().down());
        assertThat(link("c").up()).isFalse();
    }

    @Test
    void aLinkJoinsAndLeavesABridgeAndANamespace() throws Exception {
        Host host = lab.host("host");
        int bridge = lab.bridge("br0");
        links.create(NewLink.veth("a", VethPeer.named("b")));

        links.change("a", LinkChange.create().master(bridge));
        assertThat(link("a").master()).isEqualTo(bridge);
        links.change("a", LinkChange.create().noMaster());
        assertThat(link("a").master()).isZero();
        links.change("b", LinkChange.create().namespace(host.namespace()));
        assertThat(links.find("b")).isEmpty();
        assertThat(host.route().links().find("b")).isPresent();
    }

    @Test
    void aRemovedLinkTakesItsPeerAlong() throws Exception {
        Host host = lab.host("host");
        links.create(NewLink.veth("a", VethPeer.named("eth0").namespace(host.namespace())));

        links.delete("a");

        assertThat(links.find("a")).isEmpty();
        assertThat(host.route().links().find("eth0")).isEmpty();
    }

    @Test
    void macvlansHaveAParent() throws Exception {
        Host host = lab.host("host");
        links.create(NewLink.veth("parent", VethPeer.named("other")).up());
        int parent = links.index("parent");
        for (MacvlanMode mode : new MacvlanMode[] {MacvlanMode.BRIDGE, MacvlanMode.PRIVATE, MacvlanMode.VEPA}) {
            links.create(NewLink.macvlan("mv" + mode.ordinal(), parent, mode));
            assertThat(link("mv" + mode.ordinal()))
                    .returns("macvlan", Link::kind)
                    .returns(parent, Link::parent);
        }
        links.create(
                NewLink.macvlan("eth0", parent, MacvlanMode.BRIDGE).mac(MAC).namespace(host.namespace()));
        assertThat(host.route().links().find("eth0"))
                .hasValueSatisfying(macvlan -> assertThat(macvlan.mac()).isEqualTo(MAC));
    }

    @Test
    void vlansArePartOfTheirParentWhereTheKernelHasThem() throws Exception {
        links.create(NewLink.veth("parent", VethPeer.named("other")));
        int parent = links.index("parent");
        int bridge = lab.bridge("br0");
        try {
            links.create(NewLink.vlan("parent.10", parent, 10));
        } catch (ErrnoException e) {
            assertThat(e).hasMessageContaining("Unknown device type");
            Assumptions.abort("this kernel has no VLANs");
        }
        links.change(bridge, BridgeOptions.create().vlanFiltering(true));

        assertThat(link("parent.10")).returns("vlan", Link::kind).returns(parent, Link::parent);
        assertThat(link("br0").bridge()).isEqualTo(new Link.Bridge(false, 0, 300, false, true));
    }

    @Test
    void failuresAreSaidInWords() throws Exception {
        int bridge = lab.bridge("br0");
        int other = lab.bridge("br1");
        lab.attach("a", bridge, "10.0.0.2/24");

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> lab.bridge("br0"))
                .withMessage("RTM_NEWLINK(br0): EEXIST File exists");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> links.create(NewLink.ofKind("nonsense", "x0")))
                .withMessageMatching("RTM_NEWLINK\\(x0\\): E(OP)?NOTSUPP? .*: Unknown device type");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> links.delete("nowhere"))
                .withMessage("RTM_DELLINK(nowhere): ENODEV No such device");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> links.index("nowhere"))
                .matches(e -> e.is(Errno.ENODEV));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> links.change(bridge, LinkChange.create().master(other)))
                .matches(e -> e.is(Errno.ELOOP))
                .withMessageContaining("Can not enslave a bridge to a bridge");
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> links.change(bridge, PortOptions.create().hairpin(true)))
                .matches(e -> e.is(Errno.EINVAL) || e.is(Errno.EOPNOTSUPP));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> links.change("a", LinkChange.create().mtu(10)))
                .withMessageContaining("mtu less than device minimum");
    }

    @Test
    void aParentThatIsInUseIsBusy() throws Exception {
        links.create(NewLink.veth("parent", VethPeer.named("other")));
        int parent = links.index("parent");
        links.create(NewLink.macvlan("first", parent, MacvlanMode.BRIDGE));

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> links.change(parent, LinkChange.create().master(lab.bridge("br0"))))
                .withMessage("RTM_NEWLINK(link " + parent + "): EBUSY Device or resource busy");
    }

    @Test
    void namesThatTheKernelWouldCutOrRefuseAreRefused() {
        for (String name :
                new String[] {"", "sixteen-letters-", "a/b", "a b", "a:b", ".", "..", "näme-ist-läng", "\0"}) {
            if (name.equals("näme-ist-läng")) {
                assertThat(LinkSettings.checkName(name)).isEqualTo(name);
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> NewLink.dummy(name));
                assertThatIllegalArgumentException().isThrownBy(() -> links.find(name));
            }
        }
    }

    @Test
    void aThousandAndAHundredLinksAreMadeListedAndRemoved() throws Exception {
        Host host = lab.host("host");
        RouteBatch batch = lab.router().route().batch();
        for (int i = 0; i < 1100; i++) {
            batch.links()
                    .create(NewLink.veth("veth" + i, VethPeer.named("eth" + i).namespace(host.namespace())));
        }
        batch.send();

        assertThat(links.list().stream().filter(link -> link.name().startsWith("veth")))
                .hasSize(1100);
        assertThat(host.route().links().list().stream()
                        .filter(link -> link.name().startsWith("eth")))
                .hasSize(1100);

        for (int i = 0; i < 1100; i++) {
            batch.links().delete("veth" + i);
        }
        batch.send();
        assertThat(links.list()).noneMatch(link -> link.name().startsWith("veth"));
        assertThat(host.route().links().list()).noneMatch(link -> link.name().startsWith("eth"));
    }
}
