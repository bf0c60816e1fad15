package dev.lighter.network.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.BridgeOptions;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of a host's settings is changed and put back, in a namespace with two links. */
class HostSettingsIT {
    private NetworkNamespace namespace;
    private RouteNetlink route;
    private HostSettings settings;

    @BeforeEach
    void open() throws Exception {
        namespace = NetworkNamespace.create();
        route = RouteNetlink.open(namespace);
        route.links().create(NewLink.bridge("uplink", BridgeOptions.create()).up());
        route.links().create(NewLink.bridge("static", BridgeOptions.create()).up());
        namespace.set("ipv4/ip_forward", "0", "ipv6/conf/all/forwarding", "0");
        namespace.set("ipv6/conf/uplink/accept_ra", "1", "ipv6/conf/static/accept_ra", "0");
        settings = HostSettings.of(namespace);
    }

    @AfterEach
    void close() {
        settings.close();
        route.close();
        namespace.close();
    }

    private String value(String setting) throws Exception {
        return namespace.setting(setting);
    }

    @Test
    void forwardingOfIpv4IsTurnedOnAndPutBack() throws Exception {
        List<SettingChange> plan = settings.planForwarding4();

        assertThat(plan).containsExactly(new SettingChange("ipv4/ip_forward", "0", "1"));
        assertThat(value("ipv4/ip_forward")).isEqualTo("0");
        settings.apply(plan);
        assertThat(value("ipv4/ip_forward")).isEqualTo("1");
        assertThat(settings.planForwarding4()).isEmpty();
        assertThat(settings.restore(plan)).isEqualTo(plan);
        assertThat(value("ipv4/ip_forward")).isEqualTo("0");
    }

    @Test
    void aLinkThatHeedsRoutersDoesSoWhileForwarding() throws Exception {
        List<SettingChange> plan = settings.planForwarding6();
        settings.apply(plan);

        assertThat(plan.get(0)).isEqualTo(new SettingChange("ipv6/conf/uplink/accept_ra", "1", "2"));
        assertThat(value("ipv6/conf/all/forwarding")).isEqualTo("1");
        assertThat(value("ipv6/conf/uplink/forwarding")).isEqualTo("1");
        assertThat(value("ipv6/conf/uplink/accept_ra")).isEqualTo("2");
        assertThat(value("ipv6/conf/static/accept_ra")).isEqualTo("0");
        assertThat(settings.planForwarding6()).isEmpty();
    }

    @Test
    void eachLinkGetsBackWhatItHad() throws Exception {
        namespace.set("ipv6/conf/static/forwarding", "1");
        List<SettingChange> plan = settings.planForwarding6();
        settings.apply(plan);

        settings.restore(plan);

        assertThat(value("ipv6/conf/all/forwarding")).isEqualTo("0");
        assertThat(value("ipv6/conf/default/forwarding")).isEqualTo("0");
        assertThat(value("ipv6/conf/uplink/forwarding")).isEqualTo("0");
        assertThat(value("ipv6/conf/uplink/accept_ra")).isEqualTo("1");
        assertThat(value("ipv6/conf/static/forwarding")).isEqualTo("1");
    }

    @Test
    void whatSomebodyElseHasSetSinceStays() throws Exception {
        List<SettingChange> plan = settings.planForwarding6();
        settings.apply(plan);
        namespace.set("ipv6/conf/uplink/accept_ra", "0");
        route.links().change("static", LinkChange.create().down());
        route.links().delete("static");

        List<SettingChange> restored = settings.restore(plan);

        assertThat(value("ipv6/conf/uplink/accept_ra")).isEqualTo("0");
        assertThat(restored).extracting(SettingChange::setting).doesNotContain("ipv6/conf/uplink/accept_ra");
        assertThat(value("ipv6/conf/all/forwarding")).isEqualTo("0");
    }

    @Test
    void aPlanThatCannotBeCarriedOutIsUndone() throws Exception {
        List<SettingChange> plan =
                List.of(new SettingChange("ipv4/ip_forward", "0", "1"), new SettingChange("ipv4/nowhere", "0", "1"));

        assertThatIOException().isThrownBy(() -> settings.apply(plan));

        assertThat(value("ipv4/ip_forward")).isEqualTo("0");
    }

    @Test
    void tablesOfNeighboursAreTheMachinesAndPlannedOnlyWhereTheyCanBeChanged() throws Exception {
        assertThat(settings.planNeighbours(100_000)).isEmpty();
    }
}
