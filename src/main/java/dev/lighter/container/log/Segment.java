package dev.lighter.container.log;

import dev.lighter.launch.LogDirectory;
import dev.lighter.launch.LogRecord;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a log, open: it stays readable whatever becomes of its files. Shared by all who read the log. Safe for all threads.
 *
 * @param number the higher, the later
 * @param index its records
 */
record Segment(int number, SegmentFile out, SegmentFile err, SegmentFile index) implements AutoCloseable {
    /** Opens one in either form; null when it has been removed. */
    static @Nullable Segment open(LogDirectory log, int number) throws IOException {
        try {
            return open(log.compressed(number), number, true);
        } catch (NoSuchFileException notCompressed) {
            try {
                return open(log.segment(number), number, false);
            } catch (NoSuchFileException compressedMeanwhile) {
                try {
                    return open(log.compressed(number), number, true);
                } catch (NoSuchFileException removed) {
                    return null;
                }
            }
        }
    }

    private static Segment open(Path directory, int number, boolean compressed) throws IOException {
        SegmentFile[] files = new SegmentFile[3];
        String[] names = {LogDirectory.OUT, LogDirectory.ERR, LogDirectory.INDEX};
        boolean done = false;
        try {
            for (int i = 0; i < files.length; i++) {
                Path file = directory.resolve(names[i]);
                files[i] = compressed ? new CompressedFile(file) : new SegmentFile.Plain(file);
            }
            done = true;
            return new Segment(number, files[0], files[1], files[2]);
        } finally {
            for (SegmentFile file : files) {
                if (!done && file != null) {
                    file.close();
                }
            }
        }
    }

    /** The bytes of a stream, 0 for output, 1 for errors. */
    SegmentFile stream(int stream) {
        return stream == 0 ? out : err;
    }

    /** How many records there are now. */
    long records() throws IOException {
        return index.size() / LogRecord.BYTES;
    }

    @Override
    public void close() throws IOException {
        out.close();
        err.close();
        index.close();
    }
}
