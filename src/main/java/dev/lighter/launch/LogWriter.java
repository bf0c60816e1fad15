package dev.lighter.launch;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Appends a container's output to the current segment of its log by moving it from the FIFOs inside the kernel, so that a byte is either
 * still in the FIFO or already in the file, whenever this process is killed; and begins the next segment when one is full. One writer at a
 * time: the engine, or the container's monitor while there is none. Used on the event loop's thread only. See {@link LogDirectory} for the
 * files.
 */
final class LogWriter implements AutoCloseable {
    private static final int MOST = 1 << 20;
    private static final int LEAST = 4096;
    private static final int PIECE = 16 * 1024;
    private static final ThreadLocal<ByteBuffer> PIECES =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(PIECE));

    private final LogDirectory directory;
    private final long segmentBytes;
    private final ByteBuffer record =
            ByteBuffer.allocateDirect(LogRecord.BYTES).order(ByteOrder.nativeOrder());
    private Segment segment;
    private long fullAt;

    private LogWriter(LogDirectory directory, long segmentBytes) throws IOException {
        this.directory = directory;
        this.segmentBytes = segmentBytes <= 0 ? Long.MAX_VALUE : segmentBytes;
        this.fullAt = this.segmentBytes;
        this.segment = Segment.open(directory);
    }

    /** Opens the log in a container's directory. */
    static LogWriter open(Path container, long segmentBytes) throws IOException {
        return new LogWriter(new LogDirectory(container), segmentBytes);
    }

    /** The open files of the segment that is written. */
    private static final class Segment {
        final int number;
        final Path path;
        final Fd[] streams = new Fd[2];
        final long[] ends = new long[2];
        @Nullable Fd index;
        long indexBytes;
        Instant latest = Instant.MIN;

        private Segment(int number, Path path) {
            this.number = number;
            this.path = path;
        }

        static Segment open(LogDirectory directory) throws IOException {
            int number = directory.number();
            Segment segment = new Segment(number, directory.segment(number));
            boolean done = false;
            try {
                segment.open();
                done = true;
                return segment;
            } finally {
                if (!done) {
                    segment.close();
                }
            }
        }

        private void open() throws IOException {
            Path[] files = {path.resolve(LogDirectory.OUT), path.resolve(LogDirectory.ERR)};
            for (int stream = 0; stream < 2; stream++) {
                streams[stream] = Fd.open(files[stream], Fd.O_WRONLY, 0);
                ends[stream] = Channels.seekToEnd(streams[stream]);
            }
            Path indexFile = path.resolve(LogDirectory.INDEX);
            Fd opened = Fd.open(indexFile, Fd.O_WRONLY | Fd.O_APPEND, 0);
            index = opened;
            indexBytes = Channels.seekToEnd(opened);
            LogRecord last = last(indexFile);
            if (last != null) {
                latest = last.time();
            }
        }

        long bytes() {
            return ends[0] + ends[1] + indexBytes;
        }

        /** Whether a stream's latest byte is not the end of a line. */
        boolean inLine(int stream) throws IOException {
            if (ends[stream] > 0) {
                Path file = path.resolve(stream == 0 ? LogDirectory.OUT : LogDirectory.ERR);
                try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.READ)) {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    return bytes.read(one, ends[stream] - 1) == 1 && one.get(0) != '\n';
                }
            }
            try (FileChannel records = FileChannel.open(path.resolve(LogDirectory.INDEX), StandardOpenOption.READ)) {
                LogRecord first = record(records, 0);
                return first != null && first.inLine(stream);
            }
        }

        void close() {
            for (Fd stream : streams) {
                if (stream != null) {
                    stream.close();
                }
            }
            if (index != null) {
                index.close();
            }
        }
    }

    private static @Nullable LogRecord last(Path indexFile) throws IOException {
        try (FileChannel records = FileChannel.open(indexFile, StandardOpenOption.READ)) {
            return record(records, records.size() / LogRecord.BYTES - 1);
        }
    }

    private static @Nullable LogRecord record(FileChannel records, long number) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(LogRecord.BYTES).order(ByteOrder.nativeOrder());
        if (number < 0 || records.read(one, number * LogRecord.BYTES) < LogRecord.BYTES) {
            return null;
        }
        return LogRecord.at(one, 0);
    }

    /**
     * Finishes what the last writer was killed in: bytes that no record covers get one, a torn record is cut off; when the files hold less
     * than was recorded (a power failure), the log goes on in a new segment. To be called before the first append, when no other writer is
     * left. Gives whether there is more than one segment.
     */
    static boolean complete(Path container) throws IOException {
        LogDirectory directory = new LogDirectory(container);
        boolean several = directory.settle();
        Path indexFile = directory.current().resolve(LogDirectory.INDEX);
        try (FileChannel records = FileChannel.open(indexFile, StandardOpenOption.WRITE)) {
            long size = records.size() / LogRecord.BYTES * LogRecord.BYTES;
            if (size != records.size()) {
                records.truncate(size);
            }
        }
        LogRecord last = last(indexFile);
        long[] missing = new long[2];
        for (int stream = 0; stream < 2; stream++) {
            Path file = directory.current().resolve(stream == 0 ? LogDirectory.OUT : LogDirectory.ERR);
            missing[stream] = Files.size(file) - (last == null ? 0 : last.end(stream));
        }
        if (missing[0] == 0 && missing[1] == 0) {
            return several;
        }
        try (LogWriter writer = open(container, 0)) {
            if (missing[0] < 0 || missing[1] < 0) {
                writer.rotate();
                return true;
            }
            writer.append(0, 0);
        }
        return several;
    }

    /**
     * Moves what is in a FIFO into the log.
     *
     * @param stream 0 for output, 1 for errors
     * @return how many bytes; 0 when the FIFO is empty
     */
    long drain(Fd fifo, int stream) throws ErrnoException {
        // No more than what the segment has room for, but not so little that the work is done byte by byte.
        int most = (int) Math.min(MOST, Math.max(LEAST, fullAt - segment.bytes()));
        long count = Channels.splice(fifo, segment.streams[stream], most);
        if (count > 0) {
            append(stream, count);
            return count;
        }
        if (count == 0 || count == -Errno.EAGAIN || count == -Errno.EINTR) {
            return 0;
        }
        throw new ErrnoException("splice", "log", (int) -count);
    }

    /** Moves what a terminal gave into the log; gives how many bytes, 0 when there is nothing. */
    long copy(Fd terminal) throws ErrnoException {
        ByteBuffer piece = PIECES.get();
        piece.clear();
        long count = terminal.read(piece);
        if (count > 0) {
            piece.flip();
            segment.streams[0].writeFully(piece);
            append(0, count);
            return count;
        }
        // EIO: nobody has the other side, which the monitor holds until all is read.
        if (count == 0 || count == -Errno.EAGAIN || count == -Errno.EINTR || count == -Errno.EIO) {
            return 0;
        }
        throw new ErrnoException("read", "terminal", (int) -count);
    }

    private void append(int stream, long length) throws ErrnoException {
        segment.ends[stream] += length;
        record.clear();
        LogRecord.of(now(), segment.ends[0], segment.ends[1]).put(record);
        record.flip();
        Fd index = segment.index;
        if (index != null) {
            index.writeFully(record);
            segment.indexBytes += LogRecord.BYTES;
        }
    }

    /** Never earlier than the record before, so that the index can be searched by time. */
    private Instant now() {
        Instant now = Instant.now();
        if (now.isBefore(segment.latest)) {
            return segment.latest;
        }
        segment.latest = now;
        return now;
    }

    /** Whether the segment has reached its size. */
    boolean isFull() {
        return segment.bytes() >= fullAt;
    }

    /** Whether nothing is in the segment. */
    boolean isEmpty() {
        return segment.ends[0] == 0 && segment.ends[1] == 0;
    }

    /** Begins the next segment. When that fails the present one is gone on with, and the next attempt comes later. */
    void rotate() throws IOException {
        fullAt = segment.bytes() >= Long.MAX_VALUE - MOST ? Long.MAX_VALUE : segment.bytes() + MOST;
        LogRecord first = LogRecord.first(now(), segment.inLine(0), segment.inLine(1));
        directory.begin(segment.number + 1, first.bytes());
        Segment full = segment;
        segment = Segment.open(directory);
        full.close();
        fullAt = segmentBytes;
    }

    @Override
    public void close() {
        segment.close();
    }
}
