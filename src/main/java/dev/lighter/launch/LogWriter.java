package dev.lighter.launch;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Appends a container's output to its log by moving it from the FIFOs inside the kernel, so that a byte is either still in the FIFO or
 * already in the file, whenever this process is killed. One writer at a time: the engine, or the container's monitor while there is none.
 * Used on the event loop's thread only.
 *
 * <p>Files: {@code out} and {@code err} hold the bytes of each stream; {@code index} one record of 32 bytes for each piece: seconds and
 * nanoseconds since the epoch, the stream (1, 2), the length.
 */
final class LogWriter implements AutoCloseable {
    static final int RECORD_BYTES = 32;
    private static final int MOST = 1 << 20;

    private final Fd[] streams = new Fd[2];
    private final Fd index;
    private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES).order(ByteOrder.nativeOrder());

    private LogWriter(Fd out, Fd err, Fd index) {
        this.streams[0] = out;
        this.streams[1] = err;
        this.index = index;
    }

    /** Opens the log in a container's directory. */
    static LogWriter open(Path directory) throws ErrnoException {
        Fd out = openAtEnd(directory.resolve(ContainerFiles.LOG_OUT));
        try {
            Fd err = openAtEnd(directory.resolve(ContainerFiles.LOG_ERR));
            try {
                return new LogWriter(out, err, openAtEnd(directory.resolve(ContainerFiles.LOG_INDEX)));
            } catch (ErrnoException e) {
                err.close();
                throw e;
            }
        } catch (ErrnoException e) {
            out.close();
            throw e;
        }
    }

    private static Fd openAtEnd(Path file) throws ErrnoException {
        Fd fd = Fd.open(file, Fd.O_WRONLY, 0);
        try {
            Channels.seekToEnd(fd);
            return fd;
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    /**
     * Completes the index after a writer was killed between moving a piece and recording it: bytes that no record covers get one, a torn
     * record is cut off. To be called before the first append, when no other writer is left.
     */
    static void complete(Path directory) throws IOException {
        Path indexFile = directory.resolve(ContainerFiles.LOG_INDEX);
        byte[] content = Files.readAllBytes(indexFile);
        int whole = content.length / RECORD_BYTES * RECORD_BYTES;
        if (whole != content.length) {
            try (var channel = Files.newByteChannel(indexFile, java.nio.file.StandardOpenOption.WRITE)) {
                channel.truncate(whole);
            }
        }
        ByteBuffer records = ByteBuffer.wrap(content, 0, whole).order(ByteOrder.nativeOrder());
        long[] recorded = new long[2];
        while (records.hasRemaining()) {
            records.getLong();
            records.getLong();
            int stream = (int) records.getLong();
            recorded[stream == 1 ? 0 : 1] += records.getLong();
        }
        long[] missing = {
            Files.size(directory.resolve(ContainerFiles.LOG_OUT)) - recorded[0],
            Files.size(directory.resolve(ContainerFiles.LOG_ERR)) - recorded[1]
        };
        if (missing[0] > 0 || missing[1] > 0) {
            try (LogWriter writer = open(directory)) {
                for (int stream = 0; stream < 2; stream++) {
                    if (missing[stream] > 0) {
                        writer.append(stream, missing[stream]);
                    }
                }
            }
        }
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

    private void append(int stream, long length) throws ErrnoException {
        Instant now = Instant.now();
        record.clear();
        record.putLong(now.getEpochSecond())
                .putLong(now.getNano())
                .putLong(stream + 1L)
                .putLong(length)
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
