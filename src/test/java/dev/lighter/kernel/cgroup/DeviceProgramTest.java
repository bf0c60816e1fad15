package dev.lighter.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceProgramTest {
    private static final int MKNOD = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;

    private final ByteBuffer code =
            ByteBuffer.wrap(DeviceProgram.assemble(DeviceRule.DEFAULTS)).order(ByteOrder.nativeOrder());

    @Test
    void everyDeviceMayBeMadeButOnlyHarmlessOnesUsed() {
        assertThat(allowed(CHARACTER, 1, 3, READ | WRITE)).isTrue();
        assertThat(allowed(CHARACTER, 136, 5000, READ | WRITE | MKNOD)).isTrue();
        assertThat(allowed(CHARACTER, 10, 200, READ)).isTrue();
        assertThat(allowed(CHARACTER, 1, 11, MKNOD)).isTrue();
        assertThat(allowed(BLOCK, 8, 0, MKNOD)).isTrue();

        assertThat(allowed(CHARACTER, 1, 11, READ)).isFalse();
        assertThat(allowed(CHARACTER, 1, 11, MKNOD | READ)).isFalse();
        assertThat(allowed(BLOCK, 8, 0, READ)).isFalse();
        assertThat(allowed(BLOCK, 1, 3, WRITE)).isFalse();
        assertThat(allowed(CHARACTER, 10, 201, READ)).isFalse();
    }

    @Test
    void rulesAreReadAsUsersWriteThem() {
        assertThat(DeviceRule.parse("c 10:* rw")).containsExactly(new DeviceRule('c', 10, DeviceRule.ANY, "rw"));
        assertThat(DeviceRule.parse("a *:* rwm"))
                .extracting(DeviceRule::toString)
                .containsExactly("c *:* rwm", "b *:* rwm");
        for (String wrong : List.of("", "c", "c 1:3", "d 1:3 r", "c 1:3 x", "c 1:3 rwmr", "c -1:3 r", "c 1:3 r ", "c 1:99999999999 r")) {
            assertThatThrownBy(() -> DeviceRule.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("invalid device cgroup rule format: '" + wrong + "'");
        }
    }

    @Test
    void withoutRulesNothingIsAllowed() {
        assertThat(DeviceProgram.assemble(List.of())).hasSize(8 * 8);
    }

    /** Runs the program as the kernel does. */
    private boolean allowed(int type, int major, int minor, int access) {
        int[] context = {access << 16 | type, major, minor};
        long[] registers = new long[11];
        for (int pc = 0; ; pc++) {
            int operation = code.get(pc * 8) & 0xff;
            int to = code.get(pc * 8 + 1) & 0xf;
            int from = code.get(pc * 8 + 1) >> 4 & 0xf;
            int offset = code.getShort(pc * 8 + 2);
            int value = code.getInt(pc * 8 + 4);
            switch (operation) {
                case 0x61 -> registers[to] = context[offset / 4] & 0xffff_ffffL;
                case 0xbf -> registers[to] = registers[from];
                case 0xb7 -> registers[to] = value;
                case 0x57 -> registers[to] &= value;
                case 0x77 -> registers[to] >>>= value;
                case 0x55 -> pc += registers[to] != value ? offset : 0;
                case 0x95 -> {
                    return registers[0] == 1;
                }
                default -> throw new AssertionError("operation " + operation);
            }
        }
    }
}
