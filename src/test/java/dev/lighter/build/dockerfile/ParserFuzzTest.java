package dev.lighter.build.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ParserFuzzTest {
    private static final long TEXTS = 5_000;

    @Test
    void noTextBreaksTheReaders() {
        long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        assertThat(ParserFuzz.run(20_261_128L, until, TEXTS)).isEqualTo(TEXTS);
    }
}
