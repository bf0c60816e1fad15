package dev.lighter.kernel.seccomp;

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
    static final int AND = 0x54;
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

    /** Stands for the way to what comes after a test that failed, until that is known. */
    private static final int FAIL = -1;

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
            if (test.wide()) {
                wide(code, test);
            } else {
                narrow(code, test);
            }
        }
        code.add(new Instruction(RETURN, 0, 0, action));
        for (int i = 0; i < code.size(); i++) {
            Instruction jump = code.get(i);
            int past = code.size() - i - 1;
            code.set(
                    i,
                    new Instruction(
                            jump.operation,
                            jump.whenTrue == FAIL ? past : jump.whenTrue,
                            jump.whenFalse == FAIL ? past : jump.whenFalse,
                            jump.operand));
        }
        code.addAll(otherwise.instructions);
        return new FilterCode(code);
    }

    private static void narrow(List<Instruction> code, ArgumentTest test) {
        code.add(new Instruction(LOAD, 0, 0, ARGUMENTS + 8 * test.index()));
        code.add(lower(test));
    }

    /** The test of the loaded lower half, when the upper half has decided nothing. */
    private static Instruction lower(ArgumentTest test) {
        int value = (int) test.value();
        return switch (test.comparison()) {
            case EQUAL, MASKED_EQUAL -> new Instruction(JUMP_EQUAL, 0, FAIL, value);
            case NOT_EQUAL -> new Instruction(JUMP_EQUAL, FAIL, 0, value);
            case GREATER -> new Instruction(JUMP_GREATER, 0, FAIL, value);
            case GREATER_OR_EQUAL -> new Instruction(JUMP_GREATER_OR_EQUAL, 0, FAIL, value);
            case LESS -> new Instruction(JUMP_GREATER_OR_EQUAL, FAIL, 0, value);
            case LESS_OR_EQUAL -> new Instruction(JUMP_GREATER, FAIL, 0, value);
            case NO_BIT_OF -> new Instruction(JUMP_ANY_BIT, FAIL, 0, value);
        };
    }

    /** The machine has words of 32 bits: the upper half decides, or leaves it to the lower. */
    private static void wide(List<Instruction> code, ArgumentTest test) {
        int upper = (int) (test.value() >>> 32);
        int low = ARGUMENTS + 8 * test.index();
        code.add(new Instruction(LOAD, 0, 0, low + 4));
        switch (test.comparison()) {
            case EQUAL -> code.add(new Instruction(JUMP_EQUAL, 0, FAIL, upper));
            case MASKED_EQUAL -> {
                code.add(new Instruction(AND, 0, 0, (int) (test.mask() >>> 32)));
                code.add(new Instruction(JUMP_EQUAL, 0, FAIL, upper));
            }
            // Jumps of two and three lead past the test of the lower half: the upper one was enough.
            case NOT_EQUAL -> code.add(new Instruction(JUMP_EQUAL, 0, 2, upper));
            case GREATER, GREATER_OR_EQUAL -> {
                code.add(new Instruction(JUMP_GREATER, 3, 0, upper));
                code.add(new Instruction(JUMP_EQUAL, 0, FAIL, upper));
            }
            case LESS, LESS_OR_EQUAL -> {
                code.add(new Instruction(JUMP_GREATER_OR_EQUAL, 0, 3, upper));
                code.add(new Instruction(JUMP_EQUAL, 0, FAIL, upper));
            }
            case NO_BIT_OF -> throw new IllegalArgumentException("cannot be asked of 64 bits: " + test);
        }
        code.add(new Instruction(LOAD, 0, 0, low));
        if (test.comparison() == ArgumentTest.Comparison.MASKED_EQUAL) {
            code.add(new Instruction(AND, 0, 0, (int) test.mask()));
        }
        code.add(lower(test));
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
