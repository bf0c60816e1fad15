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

/**
 * Appends a container's output to its log by moving it from the FIFOs inside the kernel, so that a byte is either still in the FIFO or
 * already in the file, whenever this process is killed. One writer at a time: the engine, or the container's monitor while there is none.
 * Used on the event loop's thread only.
 *
 * <p>Files: {@code out} and {@code err} hold the bytes of each stream; {@code index} one record of 32 bytes for each piece: seconds and
 * nanoseconds since the epoch, the stream (1, 2), and where the piece ends in the stream's file. A piece begins where the one before it in the
 * same stream ended, so bytes whose writer was killed before it recorded them belong to the next piece.
 */
final class LogWriter implements AutoCloseable {
    static final int RECORD_BYTES = 32;
    private static final int MOST = 1 << 20;
    private static final int PIECE = 16 * 1024;
    private static final ThreadLocal<ByteBuffer> PIECES =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(PIECE));

    private final Fd[] streams = new Fd[2];
    private final long[] ends = new long[2];
    private final Fd index;
    private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES).order(ByteOrder.nativeOrder());

    private LogWriter(Path directory) throws ErrnoException {
        boolean done = false;
        Fd out = null;
        Fd err = null;
        try {
            out = Fd.open(directory.resolve(ContainerFiles.LOG_OUT), Fd.O_WRONLY, 0);
            ends[0] = Channels.seekToEnd(out);
            err = Fd.open(directory.resolve(ContainerFiles.LOG_ERR), Fd.O_WRONLY, 0);
            ends[1] = Channels.seekToEnd(err);
            index = Fd.open(directory.resolve(ContainerFiles.LOG_INDEX), Fd.O_WRONLY | Fd.O_APPEND, 0);
            streams[0] = out;
            streams[1] = err;
            done = true;
        } finally {
            if (!done && out != null) {
                out.close();
            }
            if (!done && err != null) {
                err.close();
            }
        }
    }

    /** Opens the log in a container's directory. */
    static LogWriter open(Path directory) throws ErrnoException {
        return new LogWriter(directory);
    }

    /**
     * Completes the index after the last writer was killed between moving a piece and recording it: bytes that no record covers get one, a
     * torn record is cut off. To be called before the first append, when no other writer is left.
     */
    static void complete(Path directory) throws IOException {
        Path indexFile = directory.resolve(ContainerFiles.LOG_INDEX);
        long[] missing = new long[2];
        try (FileChannel records = FileChannel.open(indexFile, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = records.size() / RECORD_BYTES * RECORD_BYTES;
            if (size != records.size()) {
                records.truncate(size);
            }
            long[] sizes = {
                Files.size(directory.resolve(ContainerFiles.LOG_OUT)),
                Files.size(directory.resolve(ContainerFiles.LOG_ERR))
            };
            for (int stream = 0; stream < 2; stream++) {
                missing[stream] = sizes[stream] == 0 ? 0 : sizes[stream] - lastEnd(records, size, stream);
            }
        }
        if (missing[0] > 0 || missing[1] > 0) {
            try (LogWriter writer = open(directory)) {
                for (int stream = 0; stream < 2; stream++) {
                    if (missing[stream] > 0) {
                        writer.append(stream, 0);
                    }
                }
            }
        }
    }

    private static long lastEnd(FileChannel records, long size, int stream) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.nativeOrder());
        for (long at = size - RECORD_BYTES; at >= 0; at -= RECORD_BYTES) {
            one.clear();
            records.read(one, at);
            if (one.getLong(16) == stream + 1L) {
                return one.getLong(24);
            }
        }
        return 0;
    }

    /**
     * Moves what is in a FIFO into the log.
     *
     * @param stream 0 for output, 1 for errors
     * @return how many bytes; 0 when the FIFO is empty
     */
    long drain(Fd fifo, int stream) throws ErrnoException {
        long count = Channels.splice(fifo, streams[stream], MOST);
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
            streams[0].writeFully(piece);
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
        ends[stream] += length;
        Instant now = Instant.now();
        record.clear();
        record.putLong(now.getEpochSecond())
                .putLong(now.getNano())
                .putLong(stream + 1L)
                .putLong(ends[stream])
                .flip();
        index.writeFully(record);
    }

    @Override
    public void close() {
        streams[0].close();
        streams[1].close();
        index.close();
    }
}
