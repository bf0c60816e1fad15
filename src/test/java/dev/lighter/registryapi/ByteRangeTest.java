package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=5-, 5, 10",
        "bytes=-3, 7, 10",
        "bytes=-30, 0, 10",
        "bytes=2-999999999999999999, 2, 10"
    })
    void aRangeIsCutToWhatThereIs(String header, long start, long end) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(new ByteRange(start, end));
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-", "bytes=10-20", "bytes=-0"})
    void aRangeOutsideIsEmpty(String header) {
        ByteRange range = ByteRange.of(header, 10);
        assertThat(range != null && range.isEmpty()).isTrue();
    }

    @Test
    void whatIsNoSingleRangeIsTheWhole() {
        for (String header : new String[] {null, "", "bytes=", "bytes=-", "bytes=3-2", "bytes=0-1,2-3", "bytes=x-y"}) {
            assertThat(ByteRange.of(header, 10)).as(header).isNull();
        }
    }
}
