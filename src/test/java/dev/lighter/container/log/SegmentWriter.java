package dev.lighter.container.log;

import dev.lighter.launch.LogDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** Writes a log as an engine or a monitor does, with times of the test's choice. */
final class SegmentWriter {
    private final LogDirectory log;

    /** Makes an empty log in a container's directory. */
    SegmentWriter(Path container) throws IOException {
        log = new LogDirectory(container);
        begin(1, 0, 0);
    }

    LogDirectory directory() {
        return log;
    }

    Path file(int stream) {
        return log.current().resolve(stream == 1 ? LogDirectory.OUT : LogDirectory.ERR);
    }

    Path index() {
        return log.current().resolve(LogDirectory.INDEX);
    }

    /** Begins a segment; the flags say which streams go on with a line. */
    void begin(int number, long second, long flags) throws IOException {
        Path segment = Files.createDirectories(log.segment(number));
        for (String name : new String[] {LogDirectory.OUT, LogDirectory.ERR, LogDirectory.INDEX}) {
            Files.createFile(segment.resolve(name));
        }
        Path link = log.container().resolve("link");
        Files.createSymbolicLink(link, Path.of("logs", Integer.toString(number)));
        Files.move(link, log.current(), StandardCopyOption.ATOMIC_MOVE);
        if (number > 1) {
            record(second, flags << 32, 0, 0);
        }
    }

    void write(int stream, String text) throws IOException {
        writeAt(1_800_000_000L, stream, text);
    }

    void writeAt(long second, int stream, String text) throws IOException {
        unrecorded(stream, text);
        record(second, 0, Files.size(file(1)), Files.size(file(2)));
    }

    void unrecorded(int stream, String text) throws IOException {
        Files.writeString(file(stream), text, StandardOpenOption.APPEND);
    }

    void record(long second, long nanos, long outEnd, long errEnd) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        record.putLong(second).putLong(nanos).putLong(outEnd).putLong(errEnd);
        Files.write(index(), record.array(), StandardOpenOption.APPEND);
    }

    static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }
}
