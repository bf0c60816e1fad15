package dev.lighter.container.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One file of a segment, read at any place. Safe for all threads, each with a {@link Block} of its own. */
interface SegmentFile extends AutoCloseable {
    /** How many bytes there are now. */
    long size() throws IOException;

    /** Reads from a position until the buffer is full or the file ends. */
    void read(ByteBuffer into, long position, Block block) throws IOException;

    @Override
    void close() throws IOException;

    /** A piece of a compressed file that was expanded last: what is read next mostly lies in it too. For one thread. */
    final class Block {
        @Nullable SegmentFile file;
        int number = -1;
        byte[] bytes = new byte[0];
    }

    /** A file as it was written, which may grow. */
    final class Plain implements SegmentFile {
        private final FileChannel channel;

        Plain(Path path) throws IOException {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(ByteBuffer into, long position, Block block) throws IOException {
            long at = position;
            while (into.hasRemaining()) {
                int count = channel.read(into, at);
                if (count < 0) {
                    return;
                }
                at += count;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
