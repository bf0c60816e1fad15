package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {
    private static final String STAT = "42 (od) d (x) S 7 42 41 34817 42 4194560 10 0 3 0 250 50 0 0 25 5 2 0 6000"
            + " 4096000 100 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0";

    @Test
    void aNameWithParenthesesAndSpacesDoesNotShiftTheFields() {
        ProcessStatus process =
                ProcessStatus.parse(STAT, "od\0-x\0a b\0", "Name:\tod\nUid:\t1\t2\t3\t4\nVmLck:\t8 kB\nVmRSS:\t400 kB\n");

        assertThat(process.pid()).isEqualTo(42);
        assertThat(process.name()).isEqualTo("od) d (x");
        assertThat(process.command()).isEqualTo("od -x a b");
        assertThat(process.state()).isEqualTo('S');
        assertThat(process.parent()).isEqualTo(7);
        assertThat(process.session()).isEqualTo(41);
        assertThat(process.terminal()).isEqualTo(34817);
        assertThat(process.userTicks() + process.systemTicks()).isEqualTo(300);
        assertThat(process.nice()).isEqualTo(5);
        assertThat(process.threads()).isEqualTo(2);
        assertThat(process.virtualKib()).isEqualTo(4000);
        assertThat(process.residentKib()).isEqualTo(400);
        assertThat(process.processor()).isEqualTo(1);
        assertThat(process.id("Uid", 1)).isEqualTo(2);
        assertThat(process.locksMemory()).isTrue();
        assertThat(process.started(Instant.ofEpochSecond(1000))).isEqualTo(Instant.ofEpochSecond(1060));
    }

    @Test
    void ourselvesAreReadAndNobodyIsNot() throws ErrnoException {
        int own = (int) ProcessHandle.current().pid();
        ProcessStatus process = ProcessStatus.read(own);

        assertThat(process.pid()).isEqualTo(own);
        assertThat(process.command()).contains("java");
        assertThat(process.residentKib()).isPositive();
        assertThat(ProcessStatus.boot()).isBefore(Instant.now());
    }
}
