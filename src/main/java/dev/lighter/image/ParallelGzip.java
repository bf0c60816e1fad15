package dev.lighter.image;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses a stream into one gzip member on all processors: blocks are compressed by themselves and end on a byte's boundary, so that
 * they can be put one behind the other. The same bytes give the same member. What looks random is stored as it is. Belongs to one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class ParallelGzip extends OutputStream {
    private static final int BLOCK = 512 * 1024;
    private static final int SAMPLE = 16 * 1024;
    /** A sample of random bytes has about 8 bits of information in each byte; text has 5, programs 6. */
    private static final double RANDOM_BITS = 7.95;

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 255};
    /** An empty last block with fixed codes. */
    private static final byte[] END = {3, 0};

    private final Deque<Future<Block>> pending = new ArrayDeque<>();
    private final Deque<Block> free = new ArrayDeque<>();

    private static final class Block {
        private final Deflater fast = new Deflater(Deflater.BEST_SPEED, true);
        private final Deflater stored = new Deflater(Deflater.NO_COMPRESSION, true);
        private final byte[] input = new byte[BLOCK];
        private final byte[] output = new byte[BLOCK + BLOCK / 64 + 64];
        private int length;
        private int packed;

        Block pack() throws IOException {
            Deflater deflater = looksRandom(input, length) ? stored : fast;
            deflater.reset();
            deflater.setInput(input, 0, length);
            packed = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
            if (packed == output.length) {
                throw new IOException("a block of " + length + " bytes does not fit when compressed");
            }
            return this;
        }

        void end() {
            fast.end();
            stored.end();
        }
    }

    private final OutputStream out;
    private final CRC32 crc = new CRC32();
    private final int most;
    private final ExecutorService workers;
    private long total;
    private int made;
    private @Nullable Block current;
    private boolean finished;

    /** Writes the member to a stream, which is not closed with this one. */
    ParallelGzip(OutputStream out) throws IOException {
        this.out = out;
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        most = threads + 2;
        workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "lighter-gzip");
            thread.setDaemon(true);
            return thread;
        });
        out.write(HEADER);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            Block block = current == null ? empty() : current;
            current = block;
            int count = Math.min(length - done, BLOCK - block.length);
            System.arraycopy(bytes, offset + done, block.input, block.length, count);
            block.length += count;
            done += count;
            if (block.length == BLOCK) {
                submit(block);
            }
        }
    }

    private Block empty() throws IOException {
        Block block;
        if (!free.isEmpty()) {
            block = free.pop();
        } else if (made < most) {
            block = new Block();
            made++;
        } else {
            block = writeOldest();
        }
        block.length = 0;
        return block;
    }

    private void submit(Block block) {
        crc.update(block.input, 0, block.length);
        total += block.length;
        pending.add(workers.submit(block::pack));
        current = null;
    }

    /** Writes what is still to be written and the member's end. */
    void finish() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        if (current != null) {
            submit(current);
        }
        while (!pending.isEmpty()) {
            free.push(writeOldest());
        }
        out.write(END);
        out.write(littleEndian(crc.getValue()));
        out.write(littleEndian(total));
    }

    /** Gives up the threads; without {@link #finish} before, the member has no end. */
    @Override
    public void close() {
        workers.shutdownNow();
        free.forEach(Block::end);
        free.clear();
    }

    private Block writeOldest() throws IOException {
        try {
            Block block = pending.remove().get();
            out.write(block.output, 0, block.packed);
            return block;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the compression was interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("a block cannot be compressed: " + e.getCause(), e.getCause());
        }
    }

    /** By the frequencies of the bytes in three places; a block in which only some of it is random is tried all the same. */
    private static boolean looksRandom(byte[] bytes, int length) {
        if (length < BLOCK / 4) {
            return false;
        }
        for (int part = 0; part < 3; part++) {
            int start = part * ((length - SAMPLE) / 2);
            int[] counts = new int[256];
            for (int i = start; i < start + SAMPLE; i++) {
                counts[bytes[i] & 0xff]++;
            }
            double bits = Arrays.stream(counts)
                    .filter(count -> count > 0)
                    .mapToDouble(count -> count * Math.log((double) SAMPLE / count))
                    .sum();
            if (bits / SAMPLE / Math.log(2) < RANDOM_BITS) {
                return false;
            }
        }
        return true;
    }

    private static byte[] littleEndian(long value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }
}
