package dev.lighter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NftTablesTest {
    @Test
    void tablesAreReadFromADatagramAndItsEndIsSeen() throws Exception {
        ByteBuffer datagram = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
        table(datagram, 2, "nat");
        table(datagram, 10, "lighter");
        TreeSet<String> names = new TreeSet<>();

        assertThat(NftTables.parse(datagram, datagram.position(), names)).isTrue();
        assertThat(names).containsExactly("10 lighter", "2 nat");

        ByteBuffer done = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        done.putInt(0, 20).putShort(4, (short) 3);
        assertThat(NftTables.parse(done, 20, names)).isFalse();
    }

    /** One NFT_MSG_NEWTABLE: header, family, a name, and another attribute before it. */
    private static void table(ByteBuffer datagram, int family, String name) {
        int start = datagram.position();
        datagram.putInt(0).putShort((short) 0x0a00).putShort((short) 2).putLong(0);
        datagram.put((byte) family).put((byte) 0).putShort((short) 0);
        datagram.putShort((short) 8).putShort((short) 2).putInt(0);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        datagram.putShort((short) (bytes.length + 5))
                .putShort((short) 1)
                .put(bytes)
                .put((byte) 0);
        while (datagram.position() % 4 != 0) {
            datagram.put((byte) 0);
        }
        datagram.putInt(start, datagram.position() - start);
    }
}
