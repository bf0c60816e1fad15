package dev.lighter.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
    private static final int CAPPED = 0x100;
    private static final int ACK_ATTRIBUTES = 0x200;

    private static ByteBuffer written(NetlinkRequest... requests) {
        ByteBuffer datagram = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
        for (int i = 0; i < requests.length; i++) {
            requests[i].write(datagram, 7 + i, 0);
        }
        return datagram.flip();
    }

    /** An acknowledgement: error, the request's header, and what explains it. */
    private static ByteBuffer acknowledgement(int flags, int repeated, AttributeWriter explanation) {
        ByteBuffer datagram = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
        datagram.putInt(0).putShort((short) 2).putShort((short) flags).putInt(7).putInt(0);
        datagram.putInt(-Errno.EINVAL);
        datagram.putInt(repeated)
                .putShort((short) 16)
                .putShort((short) 5)
                .putInt(7)
                .putInt(0);
        datagram.position(datagram.position() + ((flags & CAPPED) != 0 ? 0 : repeated - 16));
        datagram.put(explanation.toBytes());
        return datagram.putInt(0, datagram.position()).flip();
    }

    private static String explained(ByteBuffer datagram) throws ErrnoException {
        NetlinkMessage message = NetlinkMessage.parse(datagram).get(0);
        return message.error() + " " + message.explanation();
    }

    @Test
    void aDatagramHoldsManyMessages() throws Exception {
        byte[] struct = {1, 0, 0, 0, 9, 9};
        List<NetlinkMessage> read = NetlinkMessage.parse(written(
                NetlinkRequest.of("A", 16, 0x400, null, struct).with(a -> a.string(3, "eth0")),
                NetlinkRequest.of("B", 18, 0, null, new byte[0])));

        assertThat(read).hasSize(2);
        assertThat(read.get(0).type()).isEqualTo(16);
        assertThat(read.get(0).flags()).isEqualTo(0x401);
        assertThat(read.get(0).sequence()).isEqualTo(7);
        assertThat(read.get(0).payload().get(4)).isEqualTo((byte) 9);
        assertThat(read.get(0).attributes(6).string(3)).isEqualTo("eth0");
        assertThat(read.get(1).sequence()).isEqualTo(8);
        assertThat(read.get(1).attributes(0).has(3)).isFalse();
    }

    @Test
    void anAcknowledgementExplainsItself() throws Exception {
        AttributeWriter sentence = new AttributeWriter().string(1, "Unknown device type");

        assertThat(explained(acknowledgement(CAPPED | ACK_ATTRIBUTES, 60, sentence)))
                .isEqualTo("-22 Unknown device type");
        assertThat(explained(acknowledgement(ACK_ATTRIBUTES, 60, sentence))).isEqualTo("-22 Unknown device type");
        assertThat(explained(acknowledgement(CAPPED | ACK_ATTRIBUTES, 60, new AttributeWriter().u32(2, 48))))
                .isEqualTo("-22 because of the attribute at byte 48");
        assertThat(explained(acknowledgement(CAPPED | ACK_ATTRIBUTES, 60, new AttributeWriter().u32(5, 3))))
                .isEqualTo("-22 attribute 3 is missing");
        assertThat(explained(acknowledgement(CAPPED, 60, new AttributeWriter())))
                .isEqualTo("-22 null");
    }

    @Test
    void aFailureNamesRequestSubjectErrorAndExplanation() {
        NetlinkRequest request = NetlinkRequest.of("RTM_NEWLINK", 16, 0, "eth0", new byte[16]);

        assertThat(request.failure(Errno.EOPNOTSUPP, "Unknown device type"))
                .hasMessageMatching("RTM_NEWLINK\\(eth0\\): E(OP)?NOTSUPP? .*: Unknown device type");
        assertThat(request.failure(Errno.EEXIST, null)).hasMessage("RTM_NEWLINK(eth0): EEXIST File exists");
    }

    @Test
    void lengthsThatDoNotFitAreRefused() {
        for (int claimed : new int[] {-1, 0, 15, 17, Integer.MAX_VALUE}) {
            ByteBuffer hostile = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
            hostile.putInt(0, claimed);
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> NetlinkMessage.parse(hostile))
                    .matches(e -> e.is(Errno.EBADMSG));
        }
    }

    @Test
    void aHalfHeaderIsRefused() {
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> NetlinkMessage.parse(ByteBuffer.allocate(8)));
    }

    @Test
    void anAcknowledgementThatClaimsToRepeatMoreThanItDoesIsRefused() {
        for (int claimed : new int[] {-20, 100_000, Integer.MAX_VALUE}) {
            ByteBuffer datagram = acknowledgement(ACK_ATTRIBUTES | CAPPED, 16, new AttributeWriter());
            datagram.putShort(6, (short) ACK_ATTRIBUTES).putInt(20, claimed);
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> NetlinkMessage.parse(datagram).get(0).explanation())
                    .matches(e -> e.is(Errno.EBADMSG));
        }
    }

    @Test
    void rubbishIsReadOrRefusedButNeverOverrun() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] rubbish = new byte[random.nextInt(80)];
            random.nextBytes(rubbish);
            if (rubbish.length > 4) {
                ByteBuffer.wrap(rubbish).order(ByteOrder.nativeOrder()).putInt(0, random.nextInt(rubbish.length + 4));
            }
            try {
                for (NetlinkMessage message : NetlinkMessage.parse(ByteBuffer.wrap(rubbish))) {
                    message.explanation();
                    assertThat(message.attributes(4)).isNotNull();
                }
            } catch (ErrnoException e) {
                assertThat(e.errno()).isEqualTo(Errno.EBADMSG);
            }
        }
    }
}
