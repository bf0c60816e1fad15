package dev.lighter.launch;

import org.jspecify.annotations.Nullable;

/**
 * One argument of a system call in a program: a number, the address of data, or the value of a variable at the time of the call; with
 * the words a reader sees for it.
 */
record Arg(
        long number,
        @Nullable Data data,
        int offset,
        boolean indirect,
        @Nullable String words) {
    static final Arg NULL = new Arg(0, null, 0, false, "NULL");
    static final Arg ZERO = number(0);

    static Arg number(long value) {
        return new Arg(value, null, 0, false, null);
    }

    /** A number with its symbolic form, such as {@code MS_BIND|MS_REC}. */
    static Arg named(long value, String shown) {
        return new Arg(value, null, 0, false, shown);
    }

    /** The address of data, shown as a word for what is there. */
    static Arg address(Data data, String shown) {
        return new Arg(0, data, 0, false, shown);
    }

    /** The address of a place within data. */
    static Arg address(Data data, int offset, String shown) {
        return new Arg(0, data, offset, false, shown);
    }

    /** The eight bytes at a place within data, read when the call is made. */
    static Arg valueAt(Data data, int offset, String shown) {
        return new Arg(0, data, offset, true, shown);
    }

    /** What a reader sees: its words, else the number, else the text that it points to. */
    String shown() {
        if (words != null) {
            return words;
        }
        return data == null ? Long.toString(number) : '"' + data.text() + '"';
    }
}
