package dev.lighter.container.log;

import dev.lighter.launch.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The records of segments, read some at a time around the one that was asked for last. For one thread. */
final class LogIndex {
    private static final int AT_ONCE = 128;

    private final ByteBuffer window =
            ByteBuffer.allocate(LogRecord.BYTES * AT_ONCE).order(ByteOrder.nativeOrder());
    private final SegmentFile.Block block = new SegmentFile.Block();
    private @Nullable Segment segment;
    private long first;
    private int loaded;

    /** A record that exists. */
    LogRecord get(Segment from, long number) throws IOException {
        if (segment != from || number < first || number >= first + loaded) {
            boolean backwards = segment == from && number < first;
            load(from, backwards ? Math.max(0, number - AT_ONCE + 1) : number);
        }
        return LogRecord.at(window, (int) (number - first) * LogRecord.BYTES);
    }

    private void load(Segment from, long start) throws IOException {
        segment = null;
        window.clear().limit((int) Math.min(AT_ONCE, from.records() - start) * LogRecord.BYTES);
        from.index().read(window, start * LogRecord.BYTES, block);
        segment = from;
        first = start;
        loaded = window.position() / LogRecord.BYTES;
    }

    /** Where a stream stands before a record. */
    long endBefore(Segment from, long record, int stream) throws IOException {
        return record == 0 ? 0 : get(from, record - 1).end(stream);
    }

    /** The first record in a segment's first {@code count} for which something holds that holds for all later ones too. */
    long first(Segment from, long count, Predicate<LogRecord> holds) throws IOException {
        long low = 0;
        long high = count;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (holds.test(get(from, middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** When a segment began; null when nothing is recorded in it. */
    @Nullable Instant begin(Segment from) throws IOException {
        return from.records() == 0 ? null : get(from, 0).time();
    }
}
