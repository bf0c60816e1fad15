package dev.lighter.container.log;

import dev.lighter.launch.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container's log over its segments, in the order of their records. Memory does not grow with the log. For one thread; a record
 * that makes no sense is taken for the end of its segment.
 */
final class LogReader implements AutoCloseable {
    private static final int PIECE = 64 * 1024;
    /** What a reader keeps while it waits: many may follow logs in which little happens. */
    private static final int KEPT = 2048;

    private final OpenLog log;
    private final LogIndex index = new LogIndex();
    private final SegmentFile.Block[] blocks = {new SegmentFile.Block(), new SegmentFile.Block()};
    private final List<Segment> segments;
    private final long[] positions = new long[2];
    private LogStart.Floor[] floors = {new LogStart.Floor(0, 0), new LogStart.Floor(0, 0)};
    private Segment segment;
    private long nextRecord;
    private boolean started;
    private boolean complete;
    private @Nullable PrefixedLines lines;
    private ByteBuffer kept = ByteBuffer.allocate(0);
    private ByteBuffer piece = kept;

    LogReader(OpenLog log) throws IOException {
        this.log = log;
        this.segments = log.join(this);
        this.segment = segments.get(0);
    }

    /** The next read gives only what comes from now on. */
    void skipToEnd() throws IOException {
        Segment last = segments.get(segments.size() - 1);
        for (Segment next = log.after(last); next != null; next = log.after(last)) {
            last = next;
        }
        begin(last, last.records());
    }

    private void begin(Segment at, long record) throws IOException {
        segment = at;
        nextRecord = record;
        for (int stream = 0; stream < 2; stream++) {
            positions[stream] = index.endBefore(at, record, stream);
        }
        segments.clear();
        log.arrive(this, at);
        started = true;
    }

    /** Gives what is wanted of everything up to the present end. The first call looks for the beginning that the query asks for. */
    void read(LogQuery query, LogSink sink) throws IOException {
        try {
            readOn(query, sink);
        } finally {
            piece = kept;
        }
    }

    private void readOn(LogQuery query, LogSink sink) throws IOException {
        if (!started) {
            boolean remnant = segment.number() > 1;
            Segment oldest = segment;
            LogStart.Found start = new LogStart(segments, index, query).find();
            floors = start.floors();
            begin(start.segment(), start.record());
            if (remnant && segment == oldest && nextRecord == 0) {
                skipRemnant();
            }
        }
        while (!complete) {
            // A segment that has a next one is complete: what is in it after that was seen is all.
            Segment next = log.after(segment);
            try {
                readSegment(query, sink);
            } catch (ClosedChannelException e) {
                if (next == null || log.holds(segment)) {
                    throw e;
                }
            }
            if (next == null) {
                return;
            }
            boolean gap = next.number() != segment.number() + 1;
            segment = next;
            nextRecord = 0;
            positions[0] = 0;
            positions[1] = 0;
            log.arrive(this, segment);
            if (gap) {
                skipRemnant();
            }
        }
    }

    /** The end of a line whose beginning is gone is left out, if it is not long. */
    private void skipRemnant() throws IOException {
        if (segment.records() == 0) {
            return;
        }
        LogRecord first = index.get(segment, 0);
        for (int stream = 0; stream < 2; stream++) {
            if (first.inLine(stream) && floors[stream].in(segment) == 0) {
                clearPiece(PIECE);
                segment.stream(stream).read(piece, 0, blocks[stream]);
                int lineEnd = 0;
                while (lineEnd < piece.position() && piece.get(lineEnd) != '\n') {
                    lineEnd++;
                }
                if (lineEnd < piece.position()) {
                    floors[stream] = new LogStart.Floor(segment.number(), lineEnd + 1L);
                }
            }
        }
    }

    private void readSegment(LogQuery query, LogSink sink) throws IOException {
        Run run = new Run();
        Instant until = query.until();
        for (long count = segment.records(); nextRecord < count; nextRecord++) {
            LogRecord record = index.get(segment, nextRecord);
            if (record.outEnd() < positions[0] || record.errEnd() < positions[1]) {
                break;
            }
            if (until != null && record.time().isAfter(until)) {
                complete = true;
                break;
            }
            for (int stream = 0; stream < 2; stream++) {
                long start = Math.max(positions[stream], floors[stream].in(segment));
                long end = record.end(stream);
                if (end > start && query.wants(stream + 1)) {
                    if (query.isPrefixed()) {
                        give(stream, start, end, query, record.time(), sink);
                    } else {
                        if (run.stream != stream) {
                            flush(run, sink);
                            run.stream = stream;
                            run.start = start;
                        }
                        run.end = end;
                    }
                }
                positions[stream] = end;
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

    private void give(int stream, long start, long end, LogQuery query, Instant time, LogSink sink) throws IOException {
        PrefixedLines prefixed = lines;
        if (prefixed == null) {
            prefixed = new PrefixedLines(query.timestamps(), query.attributes());
            lines = prefixed;
        }
        for (long at = start; at < end; ) {
            int length = fill(stream, at, end);
            if (length <= 0) {
                break;
            }
            sink.accept(stream + 1, prefixed.prefix(stream, piece, time));
            at += length;
        }
    }

    private void clearPiece(int length) {
        if (piece.capacity() < length) {
            piece = ByteBuffer.allocate(length <= KEPT ? KEPT : PIECE);
            kept = length <= KEPT ? piece : kept;
        }
        piece.clear().limit(length);
    }

    /** Reads a piece that ends with a line, when there is one in it and more to come; gives its length. */
    private int fill(int stream, long from, long end) throws IOException {
        clearPiece((int) Math.min(PIECE, end - from));
        segment.stream(stream).read(piece, from, blocks[stream]);
        piece.flip();
        if (from + piece.limit() < end) {
            int lineEnd = piece.limit();
            while (lineEnd > 0 && piece.get(lineEnd - 1) != '\n') {
                lineEnd--;
            }
            piece.limit(lineEnd > 0 ? lineEnd : piece.limit());
        }
        return piece.remaining();
    }

    @Override
    public void close() throws IOException {
        log.leave(this);
    }
}
