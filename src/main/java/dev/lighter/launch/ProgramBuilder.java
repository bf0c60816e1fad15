package dev.lighter.launch;

import dev.lighter.kernel.Arch;
import dev.lighter.launch.Step.Label;
import dev.lighter.launch.Step.Section;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes programs of system calls: operations in order, the data they point to, and jumps on their results; then links all of it at the
 * address where the stub puts it. Not safe for threads.
 */
final class ProgramBuilder {
    /** The region of memory that the stub maps, and how much of it is its stack; see stub.c. */
    private static final long REGION = 0x41_0000L;

    private static final int REGION_BYTES = 0x80000;
    private static final int STACK_BYTES = 0x400;

    /** Where the stub puts a program, and the most it may hold. */
    static final long BASE = REGION + STACK_BYTES;

    static final int MOST_BYTES = REGION_BYTES - STACK_BYTES;

    /** The end of what a process can map. */
    private static final long TASK_END = switch (Arch.host()) {
        case X86_64 -> 0x7fff_ffff_f000L;
        case AARCH64 -> 0xffff_ffff_f000L;
    };

    /** The size of one operation: number, six arguments, store address, flags and jump target. */
    static final int STEP_BYTES = 72;

    private static final int FLAG_INDIRECT_SHIFT = 8;
    private static final int MADV_DONTNEED = 4;
    private static final int PAGE = 4096;

    private final List<Step> steps = new ArrayList<>(256);
    private final List<Data> data = new ArrayList<>(256);
    private Section section = new Section("", "");
    private final List<Data> kept = new ArrayList<>(64);
    private boolean keeping;
    private final List<Step> releases = new ArrayList<>();
    private @Nullable Label releaseFrom;

    /** Following operations belong under this heading. */
    void section(String name, String purpose) {
        section = new Section(name, purpose);
    }

    /** Appends a call. */
    Step call(String name, Arg... arguments) {
        Step step = new Step(section, name, arguments);
        steps.add(step);
        return step;
    }

    /** The next operation is where this label is. */
    void mark(Label label) {
        label.index = steps.size();
    }

    /** The index of the next operation. */
    int nextIndex() {
        return steps.size();
    }

    /** Zeroed bytes. */
    Data zeros(int size) {
        return bytes(new byte[size]);
    }

    /** These bytes; the array belongs to the program from now on. */
    Data bytes(byte[] content) {
        Data block = new Data(content);
        (keeping ? kept : data).add(block);
        return block;
    }

    /** The address of a NUL-terminated string, shown in quotation marks. */
    Arg string(String text) {
        return new Arg(0, text(text), 0, false, null);
    }

    /** A NUL-terminated string. */
    Data text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : utf8) {
            if (b == 0) {
                throw new IllegalArgumentException("a string for the kernel must not contain a NUL byte");
            }
        }
        return bytes(Arrays.copyOf(utf8, utf8.length + 1));
    }

    /** A NULL-terminated array of pointers to strings, as execve(2) wants it. */
    Data strings(List<String> texts) {
        Data table = zeros(8 * (texts.size() + 1));
        for (int i = 0; i < texts.size(); i++) {
            table.point(8 * i, text(texts.get(i)), 0);
        }
        return table;
    }

    /** Data made from here on is needed as long as the process lives (or no longer so). */
    void keep(boolean needed) {
        keeping = needed;
    }

    /** Appends a call that gives back the memory of everything between a label, the same for all such calls, and the data that is kept. */
    Step releaseFrom(Label label) {
        if (releaseFrom != null && releaseFrom != label) {
            throw new IllegalStateException("one stretch of a program is released");
        }
        releaseFrom = label;
        Step release = call("madvise", Arg.ZERO, Arg.ZERO, Arg.named(MADV_DONTNEED, "MADV_DONTNEED"))
                .ignoringFailure();
        releases.add(release);
        return release;
    }

    /** Appends a call that unmaps everything above the program: the first stack, and what the kernel maps for libraries. */
    Step releaseAbove() {
        long from = REGION + REGION_BYTES;
        return call("munmap", Arg.named(from, String.format("%#x", from)), Arg.number(TASK_END - from))
                .ignoringFailure();
    }

    /** Lays operations out first, then data, kept data last; fills in all addresses. */
    Program link() {
        int end = place(data, steps.size() * STEP_BYTES);
        if (releaseFrom != null) {
            int from = aligned(releaseFrom.index * STEP_BYTES);
            end = aligned(end);
            for (Step call : releases) {
                call.arguments[0] = Arg.named(BASE + from, String.format("%#x", BASE + from));
                call.arguments[1] = Arg.number(end - from);
            }
        }
        end = place(kept, end);
        if (end > MOST_BYTES) {
            throw new IllegalArgumentException("arguments and environment are too long: " + end + " bytes, at most "
                    + MOST_BYTES + " are possible");
        }
        ByteBuffer image = ByteBuffer.allocate(end).order(ByteOrder.nativeOrder());
        for (int i = 0; i < steps.size(); i++) {
            write(steps.get(i), image, i * STEP_BYTES);
        }
        fill(image, data);
        fill(image, kept);
        return new Program(image.array(), List.copyOf(steps));
    }

    private static int place(List<Data> blocks, int start) {
        int end = start;
        for (Data block : blocks) {
            block.position = end;
            end += block.bytes.capacity() + 7 & ~7;
        }
        return end;
    }

    /** The first offset from here on that is at the beginning of a page. */
    private static int aligned(int offset) {
        return (offset + STACK_BYTES + PAGE - 1 & -PAGE) - STACK_BYTES;
    }

    private static void fill(ByteBuffer image, List<Data> blocks) {
        for (Data block : blocks) {
            for (Data.Pointer pointer : block.pointers) {
                block.bytes.putLong(pointer.at(), address(pointer.target(), pointer.offset()));
            }
            image.put(block.position, block.bytes.array());
        }
    }

    private static void write(Step step, ByteBuffer image, int at) {
        image.putLong(at, step.number);
        int flags = step.flags;
        for (int k = 0; k < step.arguments.length; k++) {
            Arg argument = step.arguments[k];
            Data target = argument.data();
            image.putLong(at + 8 + 8 * k, target == null ? argument.number() : address(target, argument.offset()));
            if (argument.indirect()) {
                flags |= 1 << FLAG_INDIRECT_SHIFT + k;
            }
        }
        Data store = step.storeData;
        image.putLong(at + 56, store == null ? 0 : address(store, step.storeOffset));
        image.putInt(at + 64, flags);
        Label target = step.target;
        if (target != null) {
            if (target.index < 0) {
                throw new IllegalStateException("a jump goes nowhere: " + step.call);
            }
            image.putInt(at + 68, target.index);
        }
    }

    private static long address(Data block, int offset) {
        if (block.position < 0) {
            throw new IllegalStateException("data belongs to another program");
        }
        return BASE + block.position + offset;
    }
}
