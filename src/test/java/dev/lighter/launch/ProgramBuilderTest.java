package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.SyscallTable;
import dev.lighter.launch.Step.Label;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs as the stub reads them: a table of operations of 72 bytes, then data, linked at a fixed address. */
class ProgramBuilderTest {
    private final ProgramBuilder builder = new ProgramBuilder();

    private ByteBuffer link() {
        return ByteBuffer.wrap(builder.link().image()).order(ByteOrder.nativeOrder());
    }

    private static int offset(long address) {
        return (int) (address - ProgramBuilder.BASE);
    }

    private static long argument(ByteBuffer image, int step, int argument) {
        return image.getLong(step * ProgramBuilder.STEP_BYTES + 8 + 8 * argument);
    }

    private static int flags(ByteBuffer image, int step) {
        return image.getInt(step * ProgramBuilder.STEP_BYTES + 64);
    }

    private static String text(ByteBuffer image, long address) {
        int start = offset(address);
        int end = start;
        while (image.get(end) != 0) {
            end++;
        }
        return new String(image.array(), start, end - start, StandardCharsets.UTF_8);
    }

    @Test
    void anOperationHoldsItsNumberAndArguments() {
        builder.call("mkdirat", Flags.AT_FDCWD, builder.string("/größe"), Arg.number(0755));

        ByteBuffer image = link();

        assertThat(image.getLong(0)).isEqualTo(SyscallTable.number("mkdirat"));
        assertThat(argument(image, 0, 0)).isEqualTo(-100);
        assertThat(text(image, argument(image, 0, 1))).isEqualTo("/größe");
        assertThat(argument(image, 0, 2)).isEqualTo(0755);
        assertThat(flags(image, 0)).isZero();
    }

    @Test
    void aResultIsStoredWhereALaterCallReadsItsArgument() {
        Data fd = builder.zeros(8);
        builder.call("socket", Arg.number(1), Arg.number(1), Arg.ZERO).into(fd, 0);
        builder.call("close", Arg.valueAt(fd, 0, "fd"));

        ByteBuffer image = link();

        long stored = image.getLong(56);
        assertThat(offset(stored)).isGreaterThanOrEqualTo(2 * ProgramBuilder.STEP_BYTES);
        assertThat(argument(image, 1, 0)).isEqualTo(stored);
        assertThat(flags(image, 1)).as("argument 0 is the address of its value").isEqualTo(1 << 8);
    }

    @Test
    void jumpsNameTheOperationAtTheirLabelAndTheCondition() {
        Label end = new Label();
        builder.call("getpid").whenBelow(end);
        builder.call("getpid").whenZero(end).ignoringFailure();
        builder.call("getpid").then(end).reported();
        builder.mark(end);
        builder.call("exit_group", Arg.ZERO);

        ByteBuffer image = link();

        assertThat(List.of(flags(image, 0), flags(image, 1), flags(image, 2)))
                .containsExactly(2, 4 | 1, 2 | 4 | 8 | 16);
        for (int step = 0; step < 3; step++) {
            assertThat(image.getInt(step * ProgramBuilder.STEP_BYTES + 68)).isEqualTo(3);
        }
    }

    @Test
    void aListOfStringsIsATableOfTheirAddressesThatEndsWithNull() {
        Data table = builder.strings(List.of("sh", "-c", ""));
        builder.call("execve", Arg.NULL, Arg.address(table, "argv"), Arg.NULL);

        ByteBuffer image = link();

        int at = offset(argument(image, 0, 1));
        assertThat(List.of(
                        text(image, image.getLong(at)),
                        text(image, image.getLong(at + 8)),
                        text(image, image.getLong(at + 16))))
                .containsExactly("sh", "-c", "");
        assertThat(image.getLong(at + 24)).isZero();
    }

    @Test
    void dataThatIsKeptLiesBehindAllThatIsGivenBack() {
        builder.keep(true);
        Data kept = builder.text("kept");
        builder.keep(false);
        Label from = new Label();
        builder.releaseFrom(from);
        builder.mark(from);
        Data lost = builder.text("lost");
        builder.call("chdir", Arg.address(kept, "kept"));
        builder.call("chdir", Arg.address(lost, "lost"));

        ByteBuffer image = link();

        long start = argument(image, 0, 0);
        long end = start + argument(image, 0, 1);
        assertThat(start % 4096).isZero();
        assertThat(end % 4096).isZero();
        assertThat(argument(image, 1, 0)).isGreaterThanOrEqualTo(end);
        assertThat(argument(image, 2, 0)).isLessThan(end);
    }

    @Test
    void whatCannotBeLinkedIsRefused() {
        assertThatThrownBy(() -> builder.text("a\0b")).hasMessageContaining("NUL");
        builder.call("getpid").then(new Label());
        assertThatThrownBy(builder::link).hasMessageContaining("a jump goes nowhere: getpid");

        ProgramBuilder foreign = new ProgramBuilder();
        foreign.call("chdir", Arg.address(new Data(8), "elsewhere"));
        assertThatThrownBy(foreign::link).hasMessageContaining("another program");

        ProgramBuilder large = new ProgramBuilder();
        large.zeros(ProgramBuilder.MOST_BYTES + 1);
        assertThatThrownBy(large::link).hasMessageContaining("too long");
    }
}
