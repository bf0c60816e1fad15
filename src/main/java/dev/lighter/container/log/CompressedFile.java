package dev.lighter.container.log;

import com.github.luben.zstd.Zstd;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;

/**
 * A file compressed in blocks that can each be expanded alone. The format is Zstandard's seekable one: a frame for each block, then a frame
 * to be skipped with a table of their sizes, so that {@code zstdcat} reads it too.
 *
 * @see <a href="https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md">the format</a>
 */
final class CompressedFile implements SegmentFile {
    private static final int BLOCK = 128 * 1024;
    private static final int LEVEL = 1;
    private static final int SKIPPABLE = 0x184D2A5E;
    private static final int SEEKABLE = 0x8F92EAB1;
    private static final int HEADER = 8;
    private static final int ENTRY = 8;
    private static final int FOOTER = 9;

    private final FileChannel channel;
    private final long[] starts;
    private final long size;

    /** Opens one; fails when it is not in the format, or not with blocks as they are written here. */
    CompressedFile(Path path) throws IOException {
        FileChannel opened = FileChannel.open(path, StandardOpenOption.READ);
        boolean done = false;
        try {
            long length = opened.size();
            ByteBuffer footer = bytes(opened, length - FOOTER, FOOTER);
            int blocks = footer.getInt(0);
            if (footer.getInt(5) != SEEKABLE || blocks < 0 || (long) blocks * ENTRY > length) {
                throw new IOException(path + " is not a compressed log");
            }
            ByteBuffer table = bytes(opened, length - FOOTER - (long) blocks * ENTRY, blocks * ENTRY);
            starts = new long[blocks + 1];
            long expanded = 0;
            for (int i = 0; i < blocks; i++) {
                starts[i + 1] = starts[i] + table.getInt(i * ENTRY);
                int plain = table.getInt(i * ENTRY + 4);
                if (plain > BLOCK || plain < BLOCK && i < blocks - 1) {
                    throw new IOException(path + " has a block of " + plain + " bytes");
                }
                expanded += plain;
            }
            size = expanded;
            channel = opened;
            done = true;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    private static ByteBuffer bytes(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        fill(channel, bytes, position);
        return bytes.flip();
    }

    private static void fill(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            if (position < 0 || channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("a log is cut off");
            }
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(ByteBuffer into, long position, Block block) throws IOException {
        long at = position;
        while (into.hasRemaining() && at < size) {
            int number = (int) (at / BLOCK);
            if (block.file != this || block.number != number) {
                expand(number, block);
            }
            int offset = (int) (at % BLOCK);
            int count = (int) Math.min(into.remaining(), Math.min(BLOCK - offset, size - at));
            into.put(block.bytes, offset, count);
            at += count;
        }
    }

    private void expand(int number, Block block) throws IOException {
        block.file = null;
        if (block.bytes.length < BLOCK) {
            block.bytes = new byte[BLOCK];
        }
        byte[] frame = bytes(channel, starts[number], (int) (starts[number + 1] - starts[number]))
                .array();
        long count = Zstd.decompressByteArray(block.bytes, 0, BLOCK, frame, 0, frame.length);
        if (Zstd.isError(count) || count != Math.min(BLOCK, size - (long) number * BLOCK)) {
            throw new IOException("block " + number + " of a compressed log is damaged");
        }
        block.file = this;
        block.number = number;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Compresses a file into another, which is new and safe on the disk afterwards; false when it was asked to stop on the way. */
    static boolean write(Path plain, Path compressed, BooleanSupplier stop) throws IOException {
        try (FileChannel from = FileChannel.open(plain, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(
                        compressed, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            long size = from.size();
            int blocks = (int) ((size + BLOCK - 1) / BLOCK);
            ByteBuffer table = ByteBuffer.allocate(HEADER + blocks * ENTRY + FOOTER)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(SKIPPABLE)
                    .putInt(blocks * ENTRY + FOOTER);
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            byte[] frame = new byte[(int) Zstd.compressBound(BLOCK)];
            for (int i = 0; i < blocks; i++) {
                if (stop.getAsBoolean()) {
                    return false;
                }
                block.clear().limit((int) Math.min(BLOCK, size - (long) i * BLOCK));
                fill(from, block, (long) i * BLOCK);
                long count = Zstd.compressByteArray(frame, 0, frame.length, block.array(), 0, block.limit(), LEVEL);
                if (Zstd.isError(count)) {
                    throw new IOException("a log cannot be compressed: " + Zstd.getErrorName(count));
                }
                write(to, ByteBuffer.wrap(frame, 0, (int) count));
                table.putInt((int) count).putInt(block.limit());
            }
            write(to, table.putInt(blocks).put((byte) 0).putInt(SEEKABLE).flip());
            to.force(true);
            return true;
        }
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int ignored = to.write(bytes);
        }
    }
}
