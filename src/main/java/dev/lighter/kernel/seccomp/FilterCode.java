package dev.lighter.kernel.seccomp;

import dev.lighter.kernel.seccomp.FilterRule.ArgumentTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Instructions of the kernel's classic filter machine, put together piece by piece. A piece never falls through its end and is
 * complete in itself, so pieces can be laid one after another.
 *
 * @see <a href="https://docs.kernel.org/networking/filter.html">Linux socket filtering</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
record FilterCode(List<Instruction> instructions) {
    static final int LOAD = 0x20;
    static final int JUMP = 0x05;
    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_GREATER = 0x25;
    static final int JUMP_GREATER_OR_EQUAL = 0x35;
    static final int JUMP_ANY_BIT = 0x45;
    static final int RETURN = 0x06;

    /** Offsets in struct seccomp_data, which is in the machine's byte order; both architectures are little-endian. */
    static final int NUMBER = 0;

    static final int ARCHITECTURE = 4;
    static final int ARGUMENTS = 16;

    private static final int FARTHEST = 255;

    /** struct sock_filter: operation, how many instructions to skip when true and when false, operand. */
    record Instruction(int operation, int whenTrue, int whenFalse, int operand) {}

    /** Answers with an action. */
    static FilterCode answer(int action) {
        return new FilterCode(List.of(new Instruction(RETURN, 0, 0, action)));
    }

    /** Loads a word of the call, then goes on with {@code next}. */
    static FilterCode load(int offset, FilterCode next) {
        List<Instruction> code = new ArrayList<>();
        code.add(new Instruction(LOAD, 0, 0, offset));
        code.addAll(next.instructions);
        return new FilterCode(code);
    }

    /** Compares the loaded word and goes on with one of two pieces, however long they are. */
    static FilterCode branch(int comparison, int operand, FilterCode whenTrue, FilterCode whenFalse) {
        List<Instruction> code = new ArrayList<>();
        int distance = whenFalse.instructions.size();
        if (distance <= FARTHEST) {
            code.add(new Instruction(comparison, distance, 0, operand));
        } else {
            code.add(new Instruction(comparison, 0, 1, operand));
            code.add(new Instruction(JUMP, 0, 0, distance));
        }
        code.addAll(whenFalse.instructions);
        code.addAll(whenTrue.instructions);
        return new FilterCode(code);
    }

    /** Answers with an action if all tests hold, else goes on with {@code otherwise}. */
    static FilterCode when(List<ArgumentTest> tests, int action, FilterCode otherwise) {
        List<Instruction> code = new ArrayList<>();
        for (ArgumentTest test : tests) {
            int low = ARGUMENTS + 8 * test.index();
            if (test.wide()) {
                code.add(new Instruction(LOAD, 0, 0, low + 4));
                code.add(new Instruction(JUMP_EQUAL, 0, 1, (int) (test.value() >>> 32)));
            }
            int value = (int) test.value();
            code.add(new Instruction(LOAD, 0, 0, low));
            code.add(
                    switch (test.comparison()) {
                        case EQUAL -> new Instruction(JUMP_EQUAL, 0, 1, value);
                        case GREATER -> new Instruction(JUMP_GREATER, 0, 1, value);
                        case LESS -> new Instruction(JUMP_GREATER_OR_EQUAL, 1, 0, value);
                        case NO_BIT_OF -> new Instruction(JUMP_ANY_BIT, 1, 0, value);
                    });
        }
        code.add(new Instruction(RETURN, 0, 0, action));
        // Ones above mean "the test has failed": lead those past the answer.
        for (int i = 0; i < code.size(); i++) {
            Instruction jump = code.get(i);
            int past = code.size() - i - 1;
            code.set(i, new Instruction(jump.operation, jump.whenTrue * past, jump.whenFalse * past, jump.operand));
        }
        code.addAll(otherwise.instructions);
        return new FilterCode(code);
    }

    /** An array of struct sock_filter. */
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(instructions.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction instruction : instructions) {
            bytes.putShort((short) instruction.operation)
                    .put((byte) instruction.whenTrue)
                    .put((byte) instruction.whenFalse)
                    .putInt(instruction.operand);
        }
        return bytes.array();
    }
}
