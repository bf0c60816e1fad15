package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Device rules as a program in the kernel's own machine language, which is how version 2 guards device files. Attached to a group it
 * holds for all groups below and lives as long as the group.
 *
 * @see <a href="https://docs.kernel.org/bpf/standardization/instruction-set.html">BPF instruction set</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</a>
 */
final class DeviceProgram {
    private static final Syscall BPF = Syscall.named("bpf");
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final int BPF_CGROUP_DEVICE = 6;
    private static final int BPF_F_ALLOW_MULTI = 2;
    private static final int ATTRIBUTE_SIZE = 128;
    private static final int LOG_SIZE = 8192;

    private static final int INSTRUCTION = 8;
    private static final int LOAD_WORD = 0x61;
    private static final int MOVE_REGISTER = 0xbf;
    private static final int MOVE = 0xb7;
    private static final int AND = 0x57;
    private static final int SHIFT_RIGHT = 0x77;
    private static final int JUMP_NOT_EQUAL = 0x55;
    private static final int EXIT = 0x95;

    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int SCRATCH = 6;

    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;

    private DeviceProgram() {}

    /** The instructions, eight bytes each in native order, that answer 1 when a rule allows an access and 0 otherwise. */
    static byte[] assemble(List<DeviceRule> rules) {
        ByteBuffer code =
                ByteBuffer.allocate((8 + rules.size() * 8) * INSTRUCTION).order(ByteOrder.nativeOrder());
        // struct bpf_cgroup_dev_ctx: access in the upper and type in the lower half of the first word, major, minor.
        instruction(code, LOAD_WORD, TYPE, CONTEXT, 0, 0);
        instruction(code, MOVE_REGISTER, ACCESS, TYPE, 0, 0);
        instruction(code, SHIFT_RIGHT, ACCESS, 0, 0, 16);
        instruction(code, AND, TYPE, 0, 0, 0xffff);
        instruction(code, LOAD_WORD, MAJOR, CONTEXT, 4, 0);
        instruction(code, LOAD_WORD, MINOR, CONTEXT, 8, 0);
        for (DeviceRule rule : rules) {
            rule(code, rule);
        }
        answer(code, 0);
        byte[] bytes = new byte[code.position()];
        code.get(0, bytes);
        return bytes;
    }

    private static void rule(ByteBuffer code, DeviceRule rule) {
        int length = 5 + (rule.major() == DeviceRule.ANY ? 0 : 1) + (rule.minor() == DeviceRule.ANY ? 0 : 1) + 1;
        int end = code.position() / INSTRUCTION + length;
        jumpUnlessEqual(code, TYPE, rule.type() == 'b' ? BLOCK : CHARACTER, end);
        instruction(code, MOVE_REGISTER, SCRATCH, ACCESS, 0, 0);
        instruction(code, AND, SCRATCH, 0, 0, ~access(rule));
        jumpUnlessEqual(code, SCRATCH, 0, end);
        if (rule.major() != DeviceRule.ANY) {
            jumpUnlessEqual(code, MAJOR, rule.major(), end);
        }
        if (rule.minor() != DeviceRule.ANY) {
            jumpUnlessEqual(code, MINOR, rule.minor(), end);
        }
        answer(code, 1);
    }

    private static int access(DeviceRule rule) {
        int bits = 0;
        for (char letter : rule.access().toCharArray()) {
            bits |= switch (letter) {
                case 'm' -> 1;
                case 'r' -> 2;
                case 'w' -> 4;
                default -> throw new IllegalArgumentException("a device may be used with r, w and m, not " + letter);
            };
        }
        return bits;
    }

    private static void jumpUnlessEqual(ByteBuffer code, int register, int value, int target) {
        instruction(code, JUMP_NOT_EQUAL, register, 0, target - code.position() / INSTRUCTION - 1, value);
    }

    private static void answer(ByteBuffer code, int value) {
        instruction(code, MOVE, 0, 0, 0, value);
        instruction(code, EXIT, 0, 0, 0, 0);
    }

    private static void instruction(ByteBuffer code, int operation, int to, int from, int offset, int value) {
        boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
        code.put((byte) operation)
                .put((byte) (little ? from << 4 | to : to << 4 | from))
                .putShort((short) offset)
                .putInt(value);
    }

    /** Attaches a loaded program to a group that has none; the program lives as long as the group. Needs CAP_BPF or CAP_SYS_ADMIN. */
    static void attach(Path group, Fd program) throws ErrnoException {
        try (Fd directory = Fd.open(group, Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
                NativeScope scope = NativeScope.open()) {
            ByteBuffer attribute = scope.buffer(ATTRIBUTE_SIZE);
            attribute.putInt(0, directory.number());
            attribute.putInt(4, program.number());
            attribute.putInt(8, BPF_CGROUP_DEVICE);
            attribute.putInt(12, BPF_F_ALLOW_MULTI);
            BPF.call("attach to " + group, BPF_PROG_ATTACH, NativeScope.address(attribute), ATTRIBUTE_SIZE);
        }
    }

    /** Loads rules into the kernel. */
    static Fd load(List<DeviceRule> rules) throws ErrnoException {
        byte[] code = assemble(rules);
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer instructions = scope.buffer(code.length).put(0, code);
            ByteBuffer log = scope.buffer(LOG_SIZE);
            ByteBuffer attribute = scope.buffer(ATTRIBUTE_SIZE);
            attribute.putInt(0, BPF_PROG_TYPE_CGROUP_DEVICE);
            attribute.putInt(4, code.length / INSTRUCTION);
            attribute.putLong(8, NativeScope.address(instructions));
            attribute.putLong(16, scope.string("Apache-2.0"));
            long result = BPF.raw(BPF_PROG_LOAD, NativeScope.address(attribute), ATTRIBUTE_SIZE);
            if (result >= 0) {
                return Fd.of(result);
            }
            // Once more with the verifier's log, so that the failure says why.
            attribute.putInt(24, 1).putInt(28, LOG_SIZE).putLong(32, NativeScope.address(log));
            result = BPF.raw(BPF_PROG_LOAD, NativeScope.address(attribute), ATTRIBUTE_SIZE);
            if (result >= 0) {
                return Fd.of(result);
            }
            byte[] reason = new byte[LOG_SIZE];
            log.get(0, reason);
            String text =
                    new String(reason, StandardCharsets.UTF_8).replace("\0", "").strip();
            throw BPF.failure("load device rules" + (text.isEmpty() ? "" : ": " + text), result);
        }
    }
}
