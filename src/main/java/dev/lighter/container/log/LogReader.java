package dev.lighter.container.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Reads a container's log: two files of bytes, one for each stream, and an index of 32-byte records (seconds, nanoseconds, stream, end in
 * the stream's file) whose order is the order of the log. Memory does not grow with the log. For one thread; a record that makes no sense
 * is taken for the end.
 */
final class LogReader implements AutoCloseable {
    private static final int RECORD = 32;
    private static final int RECORDS_AT_ONCE = 512;
    private static final int PIECE = 64 * 1024;

    private final FileChannel index;
    private final FileChannel[] streams = new FileChannel[2];
    private final ByteBuffer records =
            ByteBuffer.allocate(RECORD * RECORDS_AT_ONCE).order(ByteOrder.nativeOrder());
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);
    private final TimestampedLines lines = new TimestampedLines();
    private final long[] positions = new long[2];
    private long nextRecord;
    private boolean started;

    LogReader(Path directory) throws IOException {
        index = FileChannel.open(directory.resolve("index"), StandardOpenOption.READ);
        streams[0] = FileChannel.open(directory.resolve("out"), StandardOpenOption.READ);
        streams[1] = FileChannel.open(directory.resolve("err"), StandardOpenOption.READ);
    }

    private long recordCount() throws IOException {
        return index.size() / RECORD;
    }

    /** The next read gives only what comes from now on. */
    void skipToEnd() throws IOException {
        nextRecord = recordCount();
        seekStreams();
        started = true;
    }

    /** Gives what is wanted of everything up to the present end. The first call looks for the beginning that the query asks for. */
    void read(LogQuery query, LogSink sink) throws IOException {
        long count = recordCount();
        if (!started) {
            findStart(query, count);
            started = true;
        }
        Run run = new Run();
        while (nextRecord < count) {
            int loaded = load(nextRecord, count);
            for (int i = 0; i < loaded; i++) {
                int at = i * RECORD;
                int stream = (int) records.getLong(at + 16) - 1;
                long end = records.getLong(at + 24);
                if (stream < 0 || stream > 1 || end < positions[stream]) {
                    flush(run, sink);
                    return;
                }
                Instant until = query.until();
                if (until != null && time(at).isAfter(until)) {
                    flush(run, sink);
                    return;
                }
                boolean wanted = query.wants(stream + 1);
                if (query.timestamps() || stream != run.stream || !wanted) {
                    flush(run, sink);
                }
                if (wanted) {
                    if (run.stream != stream) {
                        run.stream = stream;
                        run.start = positions[stream];
                    }
                    run.end = end;
                    if (query.timestamps()) {
                        emitTimestamped(stream, end, time(at), sink);
                        run.stream = -1;
                    }
                }
                positions[stream] = end;
                nextRecord++;
            }
        }
        flush(run, sink);
    }

    /** Pieces of one stream that follow one another in the log and are given together. */
    private static final class Run {
        private int stream = -1;
        private long start;
        private long end;
    }

    private void flush(Run run, LogSink sink) throws IOException {
        if (run.stream < 0) {
            return;
        }
        for (long at = run.start; at < run.end; ) {
            int length = fill(run.stream, at, run.end);
            if (length <= 0) {
                break;
            }
            sink.accept(run.stream + 1, piece);
            at += length;
        }
        run.stream = -1;
    }

    private void emitTimestamped(int stream, long end, Instant time, LogSink sink) throws IOException {
        for (long at = positions[stream]; at < end; ) {
            int length = fill(stream, at, end);
            if (length <= 0) {
                break;
            }
            sink.accept(stream + 1, lines.stamp(stream, piece, time));
            at += length;
        }
    }

    private int fill(int stream, long from, long end) throws IOException {
        piece.clear().limit((int) Math.min(PIECE, end - from));
        while (piece.hasRemaining()) {
            int count = streams[stream].read(piece, from + piece.position());
            if (count < 0) {
                break;
            }
        }
        piece.flip();
        return piece.remaining();
    }

    private int load(long first, long count) throws IOException {
        records.clear().limit((int) Math.min(RECORDS_AT_ONCE, count - first) * RECORD);
        long at = first * RECORD;
        while (records.hasRemaining()) {
            int read = index.read(records, at + records.position());
            if (read < 0) {
                break;
            }
        }
        int loaded = records.position() / RECORD;
        records.flip();
        return loaded;
    }

    private Instant time(int at) {
        return Instant.ofEpochSecond(records.getLong(at), records.getLong(at + 8));
    }

    private void findStart(LogQuery query, long count) throws IOException {
        Instant since = query.since();
        long first = since == null ? 0 : firstSince(since, count);
        if (query.tail() < 0) {
            nextRecord = first;
            seekStreams();
            return;
        }
        nextRecord = count;
        seekStreams();
        new Tail(query, first).find(query.tail());
    }

    /** The first record that is not older, by bisection: records are in the order of time. */
    private long firstSince(Instant since, long count) throws IOException {
        long low = 0;
        long high = count;
        while (low < high) {
            long middle = (low + high) >>> 1;
            load(middle, middle + 1);
            if (time(0).isBefore(since)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Puts the streams' positions where the record at {@link #nextRecord} begins. */
    private void seekStreams() throws IOException {
        for (int stream = 0; stream < 2; stream++) {
            positions[stream] = streams[stream].size() == 0 ? 0 : endBefore(nextRecord, stream);
        }
    }

    /** Where the stream stands before a record: the end of the latest earlier record of the same stream. */
    private long endBefore(long record, int stream) throws IOException {
        for (long at = record; at > 0; ) {
            long first = Math.max(0, at - RECORDS_AT_ONCE);
            int loaded = load(first, at);
            for (int i = loaded - 1; i >= 0; i--) {
                if (records.getLong(i * RECORD + 16) == stream + 1L) {
                    return records.getLong(i * RECORD + 24);
                }
            }
            at = first;
        }
        return 0;
    }

    /** Walks backwards over the records until enough lines of the wanted streams lie behind. */
    private final class Tail {
        private final LogQuery query;
        private final long first;
        private final boolean[] inLine = new boolean[2];

        Tail(LogQuery query, long first) {
            this.query = query;
            this.first = first;
        }

        /**
         * A line counts when its end is met; the bytes behind the last line end of a stream are a line too. The beginning is behind the line
         * end that is one too many.
         */
        void find(long lines) throws IOException {
            long found = 0;
            Instant until = query.until();
            while (nextRecord > first) {
                long record = nextRecord - 1;
                load(record, record + 1);
                int stream = (int) records.getLong(16) - 1;
                if (stream < 0 || stream > 1) {
                    return;
                }
                boolean late = until != null && time(0).isAfter(until);
                long end = records.getLong(24);
                long start = endBefore(record, stream);
                if (query.wants(stream + 1) && !late) {
                    for (long to = end; to > start; ) {
                        long from = Math.max(start, to - PIECE);
                        int length = fill(stream, from, to);
                        for (int i = length - 1; i >= 0; i--) {
                            boolean lineEnd = piece.get(i) == '\n';
                            if (lineEnd || !inLine[stream]) {
                                if (found == lines) {
                                    positions[stream] = from + i + 1;
                                    nextRecord = record;
                                    return;
                                }
                                found++;
                                inLine[stream] = true;
                            }
                        }
                        to = from;
                    }
                }
                positions[stream] = start;
                nextRecord = record;
            }
        }
    }

    @Override
    public void close() throws IOException {
        index.close();
        streams[0].close();
        streams[1].close();
    }
}
