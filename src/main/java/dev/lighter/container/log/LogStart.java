package dev.lighter.container.log;

import dev.lighter.launch.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds where in a log a query begins: times by bisection of the segments' indexes, lines from the end by walking back over no more than
 * what these lines take. For one thread, and one search.
 */
final class LogStart {
    private static final int PIECE = 64 * 1024;

    private final List<Segment> segments;
    private final LogIndex index;
    private final LogQuery query;
    private final SegmentFile.Block block = new SegmentFile.Block();
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);
    private final Floor[] floors = {new Floor(0, 0), new Floor(0, 0)};
    private final boolean[] inLine = new boolean[2];
    private long found;

    /** Nothing of a stream from before this place is wanted. */
    record Floor(int segment, long offset) {
        /** From where on something is wanted of this segment. */
        long in(Segment of) {
            return of.number() < segment ? Long.MAX_VALUE : of.number() == segment ? offset : 0;
        }
    }

    /** A place in the log: before a record of a segment. */
    record Place(int at, long record) {
        boolean isBefore(Place other) {
            return at < other.at || at == other.at && record < other.record;
        }
    }

    /** What was found: where to begin, and what of each stream to leave out from there. */
    record Found(Segment segment, long record, Floor[] floors) {}

    LogStart(List<Segment> segments, LogIndex index, LogQuery query) {
        this.segments = segments;
        this.index = index;
        this.query = query;
    }

    Found find() throws IOException {
        Instant since = query.since();
        Place from = since == null ? new Place(0, 0) : place(record -> !record.time().isBefore(since));
        Place start = query.tail() < 0 ? from : tail(from);
        return new Found(segments.get(start.at), start.record, floors);
    }

    /** Where a search for the end of a log begins: behind everything. */
    private Place end() throws IOException {
        int last = segments.size() - 1;
        return new Place(last, segments.get(last).records());
    }

    /** The first record for which something holds that holds for all later ones; behind all when there is none. */
    private Place place(Predicate<LogRecord> holds) throws IOException {
        for (int at = segments.size() - 1; at >= 0; at--) {
            Segment segment = segments.get(at);
            long count = segment.records();
            if (count > 0 && !holds.test(index.get(segment, 0))) {
                long record = index.first(segment, count, holds);
                return record == count && at < segments.size() - 1 ? new Place(at + 1, 0) : new Place(at, record);
            }
        }
        return new Place(0, 0);
    }

    /**
     * Where the last lines begin. A line counts when its end is met; the bytes behind the last line end of a stream are a line too. The
     * beginning is behind the line end that is one too many; when lines of both streams lie across each other, each has its own.
     */
    private Place tail(Place from) throws IOException {
        Instant until = query.until();
        Place end = until == null ? end() : place(record -> record.time().isAfter(until));
        if (end.isBefore(from)) {
            return end;
        }
        if (query.stdout() != query.stderr()) {
            return tailOfOne(query.stdout() ? 0 : 1, from, end);
        }
        return tailOfBoth(from, end);
    }

    private Place tailOfOne(int stream, Place from, Place end) throws IOException {
        long to = index.endBefore(segments.get(end.at), end.record, stream);
        return scanBack(stream, end.at, to, from) ? later(recordOf(stream), from) : from;
    }

    private Place tailOfBoth(Place from, Place end) throws IOException {
        int at = end.at;
        long record = end.record;
        while (from.isBefore(new Place(at, record))) {
            Segment segment = segments.get(at);
            if (record == 0) {
                at--;
                record = segments.get(at).records();
                continue;
            }
            // What a record has of both streams is given as output, then errors.
            for (int stream = 1; stream >= 0; stream--) {
                long start = index.endBefore(segment, record - 1, stream);
                long offset = scan(stream, segment, start, index.get(segment, record - 1).end(stream));
                if (offset >= 0) {
                    floors[stream] = new Floor(segment.number(), offset);
                    int other = 1 - stream;
                    boolean scanned = other > stream;
                    long to = index.endBefore(segment, scanned ? record - 1 : record, other);
                    return begin(stream, other, at, to, from);
                }
            }
            record--;
        }
        return from;
    }

    /** One stream's beginning is known; the other's is where the line begins that it is in the middle of. */
    private Place begin(int known, int other, int at, long to, Place from) throws IOException {
        if (!inLine[other]) {
            floors[other] = new Floor(segments.get(at).number(), to);
            return later(recordOf(known), from);
        }
        if (!scanBack(other, at, to, from)) {
            return from;
        }
        Place one = recordOf(known);
        Place two = recordOf(other);
        return later(one.isBefore(two) ? one : two, from);
    }

    private static Place later(Place place, Place bound) {
        return place.isBefore(bound) ? bound : place;
    }

    /** The record in which a stream's floor lies. */
    private Place recordOf(int stream) throws IOException {
        Floor floor = floors[stream];
        for (int at = segments.size() - 1; at >= 0; at--) {
            Segment segment = segments.get(at);
            if (segment.number() == floor.segment()) {
                return new Place(
                        at, index.first(segment, segment.records(), record -> record.end(stream) > floor.offset()));
            }
        }
        return new Place(0, 0);
    }

    /** Goes back over a stream alone until its beginning is found, which becomes its floor; false when the bound comes first. */
    private boolean scanBack(int stream, int at, long to, Place from) throws IOException {
        long end = to;
        for (int i = at; i >= from.at; i--) {
            Segment segment = segments.get(i);
            long start = i == from.at ? index.endBefore(segment, from.record, stream) : 0;
            if (i < at) {
                end = index.endBefore(segment, segment.records(), stream);
            }
            long offset = scan(stream, segment, start, end);
            if (offset >= 0 || found == query.tail() && !inLine[stream]) {
                floors[stream] = new Floor(segment.number(), offset >= 0 ? offset : end);
                return true;
            }
        }
        return false;
    }

    /** Looks for the beginning in a piece of a stream, from its end; gives -1 when it is not in there. */
    private long scan(int stream, Segment segment, long start, long end) throws IOException {
        for (long to = end; to > start; ) {
            long from = Math.max(start, to - PIECE);
            piece.clear().limit((int) (to - from));
            segment.stream(stream).read(piece, from, block);
            byte[] bytes = piece.array();
            for (int i = piece.position() - 1; i >= 0; i--) {
                if (bytes[i] == '\n' || !inLine[stream]) {
                    if (found == query.tail()) {
                        return from + i + 1;
                    }
                    found++;
                    inLine[stream] = true;
                }
            }
            to = from;
        }
        return -1;
    }
}
