package dev.lighter.kernel.seccomp;

/**
 * One question about an argument of a system call.
 *
 * @param index which argument, from 0
 * @param wide whether all 64 bits count, else the lower 32
 * @param value what it is compared with, without a sign
 * @param mask for {@link Comparison#MASKED_EQUAL} the bits that are compared
 */
public record ArgumentTest(int index, boolean wide, Comparison comparison, long value, long mask) {
    /** What may be asked. The narrow questions are EQUAL, LESS, GREATER and NO_BIT_OF; the wide ones all but the last. */
    public enum Comparison {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        MASKED_EQUAL,
        NO_BIT_OF
    }

    /** A question about all bits of an argument. */
    public static ArgumentTest wide(int index, Comparison comparison, long value, long mask) {
        return new ArgumentTest(index, true, comparison, value, mask);
    }

    /** The answer for arguments, of which those that are missing are 0. */
    boolean holds(long... arguments) {
        long given = index < arguments.length ? arguments[index] : 0;
        long argument = wide ? given : given & 0xffff_ffffL;
        int order = Long.compareUnsigned(argument, value);
        return switch (comparison) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case MASKED_EQUAL -> (argument & mask) == value;
            case NO_BIT_OF -> (argument & value) == 0;
        };
    }
}
