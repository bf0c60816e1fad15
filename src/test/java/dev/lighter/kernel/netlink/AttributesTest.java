package dev.lighter.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttributesTest {
    private static Attributes reread(AttributeWriter writer) throws ErrnoException {
        return Attributes.parse(ByteBuffer.wrap(writer.toBytes()));
    }

    @Test
    void allKindsOfValuesSurviveTheirJourney() throws Exception {
        Attributes read = reread(new AttributeWriter()
                .u8(1, 200)
                .u16(2, 40_000)
                .u32(3, -5)
                .be16(4, 40_000)
                .be32(5, 0xc0a80001)
                .be64(6, 0x0102030405060708L)
                .string(7, "br0")
                .bytes(8, new byte[] {1, 2, 3})
                .flag(9)
                .nested(10, inner -> inner.string(1, "one").nested(2, deeper -> deeper.u32(1, 7))));

        assertThat(read.u8(1, 0)).isEqualTo(200);
        assertThat(read.u16(2, 0)).isEqualTo(40_000);
        assertThat(read.u32(3, 0)).isEqualTo(-5);
        assertThat(read.be16(4, 0)).isEqualTo(40_000);
        assertThat(read.be32(5, 0)).isEqualTo(0xc0a80001);
        assertThat(read.bytes(5)).containsExactly(0xc0, 0xa8, 0x00, 0x01);
        assertThat(read.be64(6, 0)).isEqualTo(0x0102030405060708L);
        assertThat(read.string(7)).isEqualTo("br0");
        assertThat(read.bytes(8)).containsExactly(1, 2, 3);
        assertThat(read.has(9)).isTrue();
        assertThat(read.nested(10).string(1)).isEqualTo("one");
        assertThat(read.nested(10).nested(2).u32(1, 0)).isEqualTo(7);
    }

    @Test
    void whatIsMissingHasTheValueThatTheCallerNames() throws Exception {
        Attributes none = reread(new AttributeWriter());

        assertThat(none.has(1)).isFalse();
        assertThat(none.u8(1, 3)).isEqualTo(3);
        assertThat(none.be64(1, 4)).isEqualTo(4);
        assertThat(none.string(1)).isNull();
        assertThat(none.bytes(1)).isNull();
        assertThat(none.nested(1).has(1)).isFalse();
        assertThat(none.list(1)).isEmpty();
    }

    @Test
    void valuesArePaddedToFourBytesAndLengthsAreNot() {
        byte[] bytes = new AttributeWriter().string(1, "ab").u8(2, 9).toBytes();

        ByteBuffer raw = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        assertThat(bytes).hasSize(16);
        assertThat(raw.getShort(0)).isEqualTo((short) 7);
        assertThat(raw.getShort(8)).isEqualTo((short) 5);
    }

    @Test
    void membersOfAListComeInTheirOrder() throws Exception {
        Attributes read = reread(new AttributeWriter()
                .nested(1, list -> list.nested(5, one -> one.u8(1, 1)).nested(5, two -> two.u8(1, 2))));

        assertThat(read.list(1)).hasSize(2);
        assertThat(read.list(1).get(0).u8(1, 0)).isEqualTo(1);
        assertThat(read.list(1).get(1).u8(1, 0)).isEqualTo(2);
    }

    @Test
    void aWriterGrowsAndRefusesWhatALengthCannotSay() {
        AttributeWriter writer = new AttributeWriter();
        for (int i = 0; i < 1000; i++) {
            writer.u32(1, i);
        }
        assertThat(writer.length()).isEqualTo(8000);

        assertThatIllegalArgumentException().isThrownBy(() -> writer.bytes(1, new byte[65_532]));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        writer.nested(1, list -> list.bytes(1, new byte[40_000]).bytes(1, new byte[40_000])));
    }

    @Test
    void lengthsThatDoNotFitAreRefused() {
        ByteBuffer tooLong = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        tooLong.putShort(0, (short) 9).putShort(2, (short) 1);
        ByteBuffer tooShort = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        tooShort.putShort(0, (short) 3).putShort(2, (short) 1);

        for (ByteBuffer hostile : Arrays.asList(tooLong, tooShort)) {
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> Attributes.parse(hostile))
                    .matches(e -> e.is(Errno.EBADMSG));
        }
    }

    @Test
    void aNumberOfTooFewBytesIsRefused() throws Exception {
        Attributes read = reread(new AttributeWriter().u8(1, 1));

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> read.u32(1, 0))
                .withMessageContaining("attribute 1 has 1 bytes instead of 4");
    }

    @Test
    void rubbishIsReadOrRefusedButNeverOverrun() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] rubbish = new byte[random.nextInt(64)];
            random.nextBytes(rubbish);
            try {
                Attributes read = Attributes.parse(ByteBuffer.wrap(rubbish));
                for (int type = 0; type < 4; type++) {
                    assertThat(read.nested(type)).isNotNull();
                }
            } catch (ErrnoException e) {
                assertThat(e.errno()).isEqualTo(Errno.EBADMSG);
            }
        }
    }
}
