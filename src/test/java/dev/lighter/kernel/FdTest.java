package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FdTest {
    @Test
    void readGoesOnBehindWhatAnEarlierReadGave() throws Exception {
        try (Channels.Pair pipe = Channels.pipe()) {
            ByteBuffer into = ByteBuffer.allocateDirect(16);
            write(pipe.second(), "one,");
            assertThat(pipe.first().read(into)).isEqualTo(4);
            write(pipe.second(), "two");
            assertThat(pipe.first().read(into)).isEqualTo(3);
            byte[] got = new byte[into.position()];
            into.flip().get(got);
            assertThat(new String(got, StandardCharsets.UTF_8)).isEqualTo("one,two");
        }
    }

    @Test
    void writeBeginsAtTheBuffersPosition() throws Exception {
        try (Channels.Pair pipe = Channels.pipe()) {
            ByteBuffer from = ByteBuffer.allocateDirect(8);
            from.put("skipkeep".getBytes(StandardCharsets.UTF_8)).position(4);
            pipe.second().writeFully(from);
            ByteBuffer into = ByteBuffer.allocateDirect(8);
            assertThat(pipe.first().read(into)).isEqualTo(4);
            byte[] got = new byte[4];
            into.flip().get(got);
            assertThat(new String(got, StandardCharsets.UTF_8)).isEqualTo("keep");
        }
    }

    private static void write(Fd fd, String text) throws ErrnoException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        fd.writeFully(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }
}
