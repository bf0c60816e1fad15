package dev.lighter.container.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a log from where a query wants it. */
class LogReaderTest {
    @TempDir
    private Path directory;

    private SegmentWriter log;

    @BeforeEach
    void emptyLog() throws IOException {
        log = new SegmentWriter(directory);
    }

    @Test
    void theTailOfOneRecordBeginsWithinIt() throws IOException {
        write(1, "1\n2\n3\n");

        assertThat(tail(2)).isEqualTo("2\n3\n");
        assertThat(tail(3)).isEqualTo("1\n2\n3\n");
        assertThat(tail(0)).isEmpty();
        assertThat(tail(100)).isEqualTo("1\n2\n3\n");
    }

    @Test
    void theTailOfManyRecordsBeginsWithinTheRightOne() throws IOException {
        write(1, "a\nb\n");
        write(1, "c\nd");
        write(1, "d\ne\n");

        assertThat(tail(2)).isEqualTo("dd\ne\n");
        assertThat(tail(4)).isEqualTo("b\nc\ndd\ne\n");
    }

    @Test
    void theTailCountsTheLinesOfBothStreams() throws IOException {
        write(1, "o1\no2\n");
        write(2, "e1\n");
        write(1, "o3\n");

        assertThat(tail(2)).isEqualTo("e1\no3\n");
        assertThat(tail(3)).isEqualTo("o2\ne1\no3\n");
    }

    @Test
    void aLastLineWithoutAnEndIsALine() throws IOException {
        write(1, "whole\nbegun");

        assertThat(tail(1)).isEqualTo("begun");
        assertThat(tail(2)).isEqualTo("whole\nbegun");
    }

    @Test
    void linesBetweenTwoTimesAreThoseOfTheirRecords() throws IOException {
        writeAt(10, 1, "ten\n");
        writeAt(20, 1, "twenty\n");
        writeAt(20, 2, "also twenty\n");
        writeAt(30, 1, "thirty\n");

        assertThat(read(between(20, 20))).isEqualTo("twenty\nalso twenty\n");
        assertThat(read(between(11, 29))).isEqualTo("twenty\nalso twenty\n");
        assertThat(read(between(21, 29))).isEmpty();
        assertThat(read(between(0, 99))).isEqualTo("ten\ntwenty\nalso twenty\nthirty\n");
        assertThat(read(new LogQuery(true, true, at(20), null, 1, false))).isEqualTo("thirty\n");
        assertThat(read(new LogQuery(true, true, null, at(20), 1, false))).isEqualTo("also twenty\n");
    }

    @Test
    void oneStreamAloneIsReadWithItsOwnTail() throws IOException {
        write(1, "o1\n");
        write(2, "e1\ne2\n");
        write(1, "o2\n");

        assertThat(read(new LogQuery(false, true, null, null, -1, false))).isEqualTo("e1\ne2\n");
        assertThat(read(new LogQuery(false, true, null, null, 1, false))).isEqualTo("e2\n");
        assertThat(read(new LogQuery(true, false, null, null, 1, false))).isEqualTo("o2\n");
        assertThat(read(new LogQuery(false, false, null, null, -1, false))).isEmpty();
    }

    @Test
    void theTimeStandsOnceBeforeALineThatComesInPieces() throws IOException {
        writeAt(10, 1, "be");
        writeAt(11, 2, "between\n");
        writeAt(12, 1, "gun\nnext\n");

        assertThat(read(new LogQuery(true, true, null, null, -1, true))).isEqualTo("""
                        1970-01-01T00:00:10.000000000Z be1970-01-01T00:00:11.000000000Z between
                        gun
                        1970-01-01T00:00:12.000000000Z next
                        """);
    }

    @Test
    void aRecordThatWasHalfWrittenIsNotThereYet() throws IOException {
        write(1, "whole\n");
        log.unrecorded(1, "torn\n");
        Files.write(log.index(), new byte[17], StandardOpenOption.APPEND);

        assertThat(tail(-1)).isEqualTo("whole\n");
        assertThat(tail(1)).isEqualTo("whole\n");
    }

    @Test
    void aRecordThatMakesNoSenseIsTakenForTheEndOfItsSegment() throws IOException {
        write(1, "good\n");
        log.record(7, 0, -77, Long.MAX_VALUE);
        assertThat(tail(-1)).isEqualTo("good\n");

        log.begin(2, 8, 0);
        write(1, "and on\n");
        assertThat(tail(-1)).isEqualTo("good\nand on\n");
    }

    @Test
    void bytesWhoseWriterWasKilledBelongToTheNextRecord() throws IOException {
        write(1, "one\n");
        log.unrecorded(2, "lost?\n");
        write(1, "two\n");

        assertThat(tail(-1)).isEqualTo("one\ntwo\nlost?\n");
        assertThat(tail(2)).isEqualTo("two\nlost?\n");
    }

    @Test
    void aLineThatComesInPiecesIsGivenWholeByTheTail() throws IOException {
        write(1, "first\nbe");
        write(2, "between\n");
        write(1, "gun\n");

        assertThat(tail(1)).isEqualTo("begun\n");
        assertThat(tail(2)).isEqualTo("bebetween\ngun\n");
        assertThat(tail(3)).isEqualTo("first\nbebetween\ngun\n");
    }

    @Test
    void anEmptyLogHasNothingToGive() throws IOException {
        assertThat(tail(-1)).isEmpty();
        assertThat(tail(5)).isEmpty();
        assertThat(read(between(0, 1))).isEmpty();
    }

    @Test
    void aLaterReadGivesOnlyWhatHasCome() throws IOException {
        write(1, "before\n");
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (OpenLog open = new OpenLog(log.directory(), Long.MAX_VALUE);
                LogReader reader = new LogReader(open)) {
            reader.skipToEnd();
            write(2, "after\n");
            reader.read(LogQuery.ALL, into(read));
            reader.read(LogQuery.ALL, into(read));
        }

        assertThat(read.toString(UTF_8)).isEqualTo("after\n");
    }

    @Test
    void aFollowerGetsWhatComesAndEndsWithTheContainer() throws Exception {
        ContainerLogs logs = new ContainerLogs(LogSettings.USUAL);
        write(1, "first\n");
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        Thread writer = new Thread(() -> {
            try {
                write(1, "second\n");
                logs.appended("c");
                write(1, "third\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            logs.ended("c");
        });

        try (FollowedLog followed = logs.open("c", directory)) {
            writer.start();
            followed.follow(LogQuery.ALL, into(read), () -> true);
        }
        writer.join();

        assertThat(read.toString(UTF_8)).isEqualTo("first\nsecond\nthird\n");
    }

    @Test
    void aFollowerWhoseReaderIsGoneEnds() throws IOException {
        write(1, "only\n");
        ByteArrayOutputStream read = new ByteArrayOutputStream();

        try (FollowedLog followed = new ContainerLogs(LogSettings.USUAL).open("c", directory)) {
            followed.follow(LogQuery.ALL, into(read), () -> false);
        }

        assertThat(read.toString(UTF_8)).isEqualTo("only\n");
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }

    private static LogQuery between(long since, long until) {
        return new LogQuery(true, true, at(since), at(until), -1, false);
    }

    private void write(int stream, String text) throws IOException {
        log.write(stream, text);
    }

    private void writeAt(long second, int stream, String text) throws IOException {
        log.writeAt(second, stream, text);
    }

    private String tail(long lines) throws IOException {
        return read(new LogQuery(true, true, null, null, lines, false));
    }

    private String read(LogQuery query) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (OpenLog open = new OpenLog(log.directory(), Long.MAX_VALUE);
                LogReader reader = new LogReader(open)) {
            reader.read(query, into(read));
        }
        return read.toString(UTF_8);
    }

    private static LogSink into(ByteArrayOutputStream read) {
        return (stream, bytes) -> read.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
}
