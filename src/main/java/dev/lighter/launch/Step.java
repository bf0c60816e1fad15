package dev.lighter.launch;

import dev.lighter.kernel.SyscallTable;
import org.jspecify.annotations.Nullable;

/** One operation of a program while it is built: a system call, what to do with its result, and why it is there. */
final class Step {
    static final int IGNORE = 1;
    static final int BELOW = 2;
    static final int ZERO = 4;
    static final int ABOVE = 8;
    static final int REPORT = 16;

    final String call;
    final int number;
    final Arg[] arguments;
    final Section section;
    String purpose = "";
    int flags;

    @Nullable
    Label target;

    @Nullable
    Data storeData;

    int storeOffset;

    /** A stretch of a program under one heading; the monitor's is not part of what made the container. */
    record Section(String name, String purpose) {}

    /** A place in a program that operations jump to. */
    static final class Label {
        int index = -1;
    }

    Step(Section section, String call, Arg... arguments) {
        this.section = section;
        this.call = call;
        this.number = SyscallTable.number(call);
        this.arguments = arguments;
    }

    /** One sentence: what this call is for. */
    Step why(String sentence) {
        purpose = sentence;
        return this;
    }

    /** Goes on when the call fails. */
    Step ignoringFailure() {
        flags |= IGNORE;
        return this;
    }

    /** Tells the engine the result, whatever it is. */
    Step reported() {
        flags |= REPORT;
        return this;
    }

    /** Keeps the result in eight bytes of data. */
    Step into(Data data, int offset) {
        storeData = data;
        storeOffset = offset;
        return this;
    }

    /** Jumps when the result is an error. */
    Step whenBelow(Label label) {
        return jump(BELOW, label);
    }

    /** Jumps when the result is zero. */
    Step whenZero(Label label) {
        return jump(ZERO, label);
    }

    /** Jumps when the result is above zero. */
    Step whenAbove(Label label) {
        return jump(ABOVE, label);
    }

    /** Jumps always. */
    Step then(Label label) {
        return jump(BELOW | ZERO | ABOVE, label);
    }

    private Step jump(int condition, Label label) {
        if (target != null && target != label) {
            throw new IllegalStateException("an operation has one jump target: " + call);
        }
        target = label;
        flags |= condition;
        return this;
    }

    /** The call as strace would print it. */
    String shown() {
        StringBuilder text = new StringBuilder(call).append('(');
        for (int i = 0; i < arguments.length; i++) {
            text.append(i == 0 ? "" : ", ").append(arguments[i].shown());
        }
        return text.append(')').toString();
    }
}
