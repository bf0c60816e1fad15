package dev.lighter.kernel.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the messages that make links say, read back without a kernel. */
class NewLinkTest {
    private static Attributes written(LinkSettings<?> link) throws Exception {
        return Attributes.parse(ByteBuffer.wrap(link.attributes().toBytes()));
    }

    @Test
    void aVlanNamesItsParentAndItsNumber() throws Exception {
        Attributes vlan = written(NewLink.vlan("eth0.10", 7, 10));

        assertThat(vlan.string(LinkSettings.NAME)).isEqualTo("eth0.10");
        assertThat(vlan.u32(LinkSettings.LINK, 0)).isEqualTo(7);
        Attributes info = vlan.nested(LinkSettings.LINK_INFO);
        assertThat(info.string(LinkSettings.INFO_KIND)).isEqualTo("vlan");
        assertThat(info.nested(LinkSettings.INFO_DATA).u16(1, 0)).isEqualTo(10);
    }

    @Test
    void aPairIsOneMessageWithBothEnds() throws Exception {
        MacAddress mac = MacAddress.parse("02:42:ac:11:00:02");
        NewLink pair = NewLink.veth("veth1", VethPeer.named("eth0").mac(mac).mtu(1400))
                .master(5)
                .up();

        Attributes outside = written(pair);
        ByteBuffer data = Objects.requireNonNull(outside.nested(LinkSettings.LINK_INFO)
                .nested(LinkSettings.INFO_DATA)
                .buffer(1));
        Attributes inside = Attributes.parse(data.position(LinkSettings.STRUCT));

        assertThat(outside.u32(LinkSettings.MASTER, 0)).isEqualTo(5);
        assertThat(outside.u32(LinkSettings.TRANSMIT_QUEUES, 0)).isEqualTo(1);
        assertThat(inside.string(LinkSettings.NAME)).isEqualTo("eth0");
        assertThat(inside.u32(LinkSettings.MTU, 0)).isEqualTo(1400);
        assertThat(inside.bytes(LinkSettings.ADDRESS)).containsExactly(mac.toBytes());
        assertThat(inside.u32(LinkSettings.RECEIVE_QUEUES, 0)).isEqualTo(1);
        ByteBuffer struct = ByteBuffer.wrap(pair.struct(0)).order(ByteOrder.nativeOrder());
        assertThat(struct.getInt(8)).isEqualTo(LinkSettings.UP);
        assertThat(struct.getInt(12)).isEqualTo(LinkSettings.UP);
    }

    @Test
    void aChangeSaysOnlyWhatChanges() throws Exception {
        LinkChange change = LinkChange.create().down().mtu(1300);

        ByteBuffer struct = ByteBuffer.wrap(change.struct(9)).order(ByteOrder.nativeOrder());
        assertThat(struct.getInt(4)).isEqualTo(9);
        assertThat(struct.getInt(8)).isZero();
        assertThat(struct.getInt(12)).isEqualTo(LinkSettings.UP);
        assertThat(written(change).u32(LinkSettings.MTU, 0)).isEqualTo(1300);
        assertThat(written(change).has(LinkSettings.MASTER)).isFalse();
        assertThat(change.renames()).isFalse();
        assertThat(LinkChange.create().name("eth1").renames()).isTrue();
    }
}
