package dev.lighter.launch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * One entry of a segment's index, 32 bytes in the machine's order: the seconds and nanoseconds since the epoch at which a piece of output
 * was moved, and where each stream's file ended then. What lies between two records was written by the time of the later one. The records
 * are the order of the log; bytes whose writer was killed before it recorded them belong to the next record.
 *
 * @param seconds since the epoch
 * @param nanos within the second; bits 32 and 33 tell, in the first record of a segment, that output or errors go on with a line that began
 *     in the segment before
 * @param outEnd the size of the file of output
 * @param errEnd the size of the file of errors
 */
public record LogRecord(long seconds, long nanos, long outEnd, long errEnd) {
    /** The size of a record. */
    public static final int BYTES = 32;

    static final int SECONDS = 0;
    static final int NANOS = 8;
    static final int ENDS = 16;
    private static final int MIDDLE_SHIFT = 32;

    static LogRecord of(Instant time, long outEnd, long errEnd) {
        return new LogRecord(time.getEpochSecond(), time.getNano(), outEnd, errEnd);
    }

    /** The first record of a segment. */
    static LogRecord first(Instant time, boolean outInLine, boolean errInLine) {
        long flags = (outInLine ? 1 : 0) | (errInLine ? 2 : 0);
        return new LogRecord(time.getEpochSecond(), time.getNano() | flags << MIDDLE_SHIFT, 0, 0);
    }

    /** The record at a position of a buffer, which has the machine's order. */
    public static LogRecord at(ByteBuffer buffer, int position) {
        return new LogRecord(
                buffer.getLong(position + SECONDS),
                buffer.getLong(position + NANOS),
                buffer.getLong(position + ENDS),
                buffer.getLong(position + ENDS + 8));
    }

    void put(ByteBuffer buffer) {
        buffer.putLong(seconds).putLong(nanos).putLong(outEnd).putLong(errEnd);
    }

    /** The record alone. */
    public ByteBuffer bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
        put(buffer);
        return buffer.flip();
    }

    /** When the piece was moved. */
    public Instant time() {
        return Instant.ofEpochSecond(seconds, nanos & 0xffff_ffffL);
    }

    /** Where a stream's file ended; 0 for output, 1 for errors. */
    public long end(int stream) {
        return stream == 0 ? outEnd : errEnd;
    }

    /** Whether a stream goes on with a line of the segment before. */
    public boolean inLine(int stream) {
        return (nanos >> MIDDLE_SHIFT & 1L << stream) != 0;
    }
}
