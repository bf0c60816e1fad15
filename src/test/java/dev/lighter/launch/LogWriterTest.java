package dev.lighter.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.container.log.ContainerLogs;
import dev.lighter.container.log.FollowedLog;
import dev.lighter.container.log.LogQuery;
import dev.lighter.container.log.LogSettings;
import dev.lighter.kernel.Channels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Output moved into the segments of a log, and what a writer that was killed leaves. */
class LogWriterTest {
    private static final int SEGMENT = 4096;

    @TempDir
    private Path container;

    private LogDirectory directory;

    @BeforeEach
    void emptyLog() throws IOException {
        directory = new LogDirectory(container);
        assertThat(LogWriter.complete(container)).isFalse();
    }

    @Test
    void aNewLogHasOneEmptySegment() throws IOException {
        assertThat(directory.numbers()).containsExactly(1);
        assertThat(container.resolve("log/out")).isEmptyFile();
        assertThat(container.resolve("log/index")).isEmptyFile();
    }

    @Test
    void aFullSegmentIsFollowedByAnotherAndNothingIsLostBetweenThem() throws IOException {
        StringBuilder written = new StringBuilder();
        try (LogWriter writer = LogWriter.open(container, SEGMENT)) {
            for (int i = 0; i < 40; i++) {
                String text = ("line " + i + " ").repeat(50) + "\n";
                written.append(text);
                write(writer, i % 3 == 2 ? 1 : 0, text);
            }
        }

        assertThat(directory.numbers()).hasSizeGreaterThan(3);
        assertThat(read()).isEqualTo(written.toString());
        for (int number : directory.numbers()) {
            long bytes = Files.size(directory.segment(number).resolve("out"))
                    + Files.size(directory.segment(number).resolve("err"));
            assertThat(bytes).isLessThanOrEqualTo(2 * SEGMENT);
        }
    }

    @Test
    void aSegmentTellsWhichStreamsGoOnWithALine() throws IOException {
        try (LogWriter writer = LogWriter.open(container, SEGMENT)) {
            write(writer, 0, "whole\n");
            write(writer, 1, "begun");
            writer.rotate();
            LogRecord first = firstRecord();
            assertThat(first.inLine(0)).isFalse();
            assertThat(first.inLine(1)).isTrue();
            assertThat(first.time()).isAfter(Instant.now().minusSeconds(60)).isBefore(Instant.now().plusSeconds(1));

            writer.rotate();
            assertThat(firstRecord().inLine(1)).as("an empty segment does not end the line").isTrue();
        }
    }

    @Test
    void bytesWithoutARecordGetOneAndATornRecordIsCutOff() throws IOException {
        try (LogWriter writer = LogWriter.open(container, 0)) {
            write(writer, 0, "one\n");
        }
        Files.writeString(container.resolve("log/out"), "two\n", StandardOpenOption.APPEND);
        Files.writeString(container.resolve("log/err"), "three\n", StandardOpenOption.APPEND);
        Files.write(container.resolve("log/index"), new byte[9], StandardOpenOption.APPEND);

        assertThat(LogWriter.complete(container)).isFalse();

        assertThat(read()).isEqualTo("one\ntwo\nthree\n");
        assertThat(Files.size(container.resolve("log/index"))).isEqualTo(2L * LogRecord.BYTES);
    }

    @Test
    void afterAPowerFailureThatTookBytesTheLogGoesOnInANewSegment() throws IOException {
        try (LogWriter writer = LogWriter.open(container, 0)) {
            write(writer, 0, "kept\n");
            write(writer, 0, "gone with the power\n");
        }
        try (var out = Files.newByteChannel(container.resolve("log/out"), StandardOpenOption.WRITE)) {
            out.truncate(5);
        }

        assertThat(LogWriter.complete(container)).isTrue();
        try (LogWriter writer = LogWriter.open(container, 0)) {
            write(writer, 0, "after\n");
        }

        assertThat(read()).isEqualTo("kept\nafter\n");
    }

    /** The steps of a rotation that the engine may be killed after. */
    enum Killed {
        AFTER_MAKING_THE_DIRECTORY,
        AFTER_MAKING_A_FILE,
        AFTER_MAKING_ALL_FILES,
        AFTER_WRITING_THE_RECORD,
        AFTER_MAKING_THE_LINK,
        AFTER_MOVING_THE_LINK
    }

    @ParameterizedTest
    @EnumSource
    void killedAnywhereInARotationNothingIsLostOrDoubled(Killed killed) throws IOException {
        try (LogWriter writer = LogWriter.open(container, 0)) {
            write(writer, 0, "before\n");
        }
        Path next = Files.createDirectory(directory.segment(2));
        if (killed.compareTo(Killed.AFTER_MAKING_A_FILE) >= 0) {
            Files.createFile(next.resolve("out"));
        }
        if (killed.compareTo(Killed.AFTER_MAKING_ALL_FILES) >= 0) {
            Files.createFile(next.resolve("err"));
            Files.createFile(next.resolve("index"));
        }
        if (killed.compareTo(Killed.AFTER_WRITING_THE_RECORD) >= 0) {
            Files.write(next.resolve("index"), LogRecord.first(Instant.now(), false, false).bytes().array());
        }
        if (killed == Killed.AFTER_MAKING_THE_LINK) {
            Files.createSymbolicLink(container.resolve("log.new"), Path.of("logs/2"));
        }
        if (killed == Killed.AFTER_MOVING_THE_LINK) {
            Files.delete(container.resolve("log"));
            Files.createSymbolicLink(container.resolve("log"), Path.of("logs/2"));
        }
        // The monitor writes where the link leads, until the next engine takes over.
        Files.writeString(container.resolve("log/out"), "alone\n", StandardOpenOption.APPEND);

        boolean several = LogWriter.complete(container);
        try (LogWriter writer = LogWriter.open(container, 0)) {
            write(writer, 0, "after\n");
            writer.rotate();
            write(writer, 0, "and on\n");
        }

        assertThat(several).isEqualTo(killed == Killed.AFTER_MOVING_THE_LINK);
        assertThat(read()).isEqualTo("before\nalone\nafter\nand on\n");
        assertThat(directory.numbers()).hasSize(several ? 3 : 2);
        assertThat(container.resolve("log.new")).doesNotExist();
    }

    @Test
    void aCreationThatWasCutOffIsFinished() throws IOException {
        Files.delete(container.resolve("log"));
        Files.delete(directory.segment(1).resolve("err"));

        assertThat(LogWriter.complete(container)).isFalse();

        try (LogWriter writer = LogWriter.open(container, 0)) {
            write(writer, 1, "there\n");
        }
        assertThat(read()).isEqualTo("there\n");
    }

    @Test
    void timesDoNotGoBackWithTheClock() throws IOException {
        LogRecord future = LogRecord.of(Instant.now().plusSeconds(1000), 3, 0);
        Files.writeString(container.resolve("log/out"), "ab\n");
        Files.write(container.resolve("log/index"), future.bytes().array());

        try (LogWriter writer = LogWriter.open(container, 0)) {
            write(writer, 0, "cd\n");
        }

        byte[] index = Files.readAllBytes(container.resolve("log/index"));
        ByteBuffer records = ByteBuffer.wrap(index).order(java.nio.ByteOrder.nativeOrder());
        assertThat(LogRecord.at(records, LogRecord.BYTES).time()).isEqualTo(future.time());
    }

    private LogRecord firstRecord() throws IOException {
        byte[] index = Files.readAllBytes(container.resolve("log/index"));
        return LogRecord.at(ByteBuffer.wrap(index).order(java.nio.ByteOrder.nativeOrder()), 0);
    }

    private static void write(LogWriter writer, int stream, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        try (Channels.Pair pipe = Channels.pipe()) {
            pipe.second().writeFully(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
            for (long moved = 0; moved < bytes.length; ) {
                moved += writer.drain(pipe.first(), stream);
                if (writer.isFull()) {
                    writer.rotate();
                }
            }
        }
    }

    private String read() throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (ContainerLogs logs = new ContainerLogs(LogSettings.USUAL);
                FollowedLog log = logs.open("c", container)) {
            log.read(LogQuery.ALL, (stream, bytes) -> read.write(bytes.array(), bytes.position(), bytes.remaining()));
        }
        return read.toString(UTF_8);
    }
}
