package dev.lighter.kernel.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The kernel's classic filter machine, as far as a filter of system calls uses it. */
final class FilterMachine {
    private final ByteBuffer code;
    private int steps;

    FilterMachine(byte[] code) {
        this.code = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Instructions of the latest run. */
    int steps() {
        return steps;
    }

    /** What the filter answers to a call with up to six arguments. */
    int run(int architecture, int number, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, architecture);
        for (int i = 0; i < arguments.length; i++) {
            data.putLong(16 + 8 * i, arguments[i]);
        }
        int loaded = 0;
        steps = 0;
        for (int pc = 0; ; pc++) {
            steps++;
            int operand = code.getInt(8 * pc + 4);
            boolean taken;
            switch (code.getShort(8 * pc)) {
                case FilterCode.LOAD -> {
                    loaded = data.getInt(operand);
                    continue;
                }
                case FilterCode.AND -> {
                    loaded &= operand;
                    continue;
                }
                case FilterCode.JUMP -> {
                    pc += operand;
                    continue;
                }
                case FilterCode.RETURN -> {
                    return operand;
                }
                case FilterCode.JUMP_EQUAL -> taken = loaded == operand;
                case FilterCode.JUMP_GREATER -> taken = Integer.compareUnsigned(loaded, operand) > 0;
                case FilterCode.JUMP_GREATER_OR_EQUAL -> taken = Integer.compareUnsigned(loaded, operand) >= 0;
                case FilterCode.JUMP_ANY_BIT -> taken = (loaded & operand) != 0;
                default -> throw new AssertionError("operation " + code.getShort(8 * pc));
            }
            pc += code.get(8 * pc + (taken ? 2 : 3)) & 0xff;
        }
    }
}
