package dev.lighter.image;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The ways in which layers and whole archives are compressed, told by their first bytes. */
enum Compression {
    NONE,
    GZIP,
    ZSTD,
    XZ,
    BZIP2;

    private static final int BUFFER = 128 * 1024;
    private static final int XZ_MEMORY_KIB = 128 * 1024;

    /** What these first bytes, six or more, are the beginning of. */
    static Compression of(byte[] start, int length) {
        if (length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
            return GZIP;
        }
        if (length >= 4 && start[1] == (byte) 0xb5 && start[0] == 0x28 && start[2] == 0x2f && start[3] == (byte) 0xfd) {
            return ZSTD;
        }
        if (length >= 4 && (start[0] & 0xf0) == 0x50 && start[1] == 0x2a && start[2] == 0x4d && start[3] == 0x18) {
            return ZSTD;
        }
        if (length >= 6 && start[0] == (byte) 0xfd && start[1] == '7' && start[2] == 'z' && start[3] == 'X') {
            return XZ;
        }
        if (length >= 4 && start[0] == 'B' && start[1] == 'Z' && start[2] == 'h') {
            return BZIP2;
        }
        return NONE;
    }

    /** The bytes as they were before compression; what expands too much fails. */
    static InputStream expand(InputStream in, LoadBudget budget) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
        buffered.mark(16);
        byte[] start = new byte[8];
        int length = buffered.readNBytes(start, 0, start.length);
        buffered.reset();
        Compression compression = of(start, length);
        if (compression == NONE) {
            return buffered;
        }
        Counted counted = new Counted(buffered);
        return budget.guard(compression.decoder(counted), () -> counted.count);
    }

    private InputStream decoder(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP ->
                GzipCompressorInputStream.builder()
                        .setInputStream(in)
                        .setDecompressConcatenated(true)
                        .setBufferSize(BUFFER)
                        .get();
            case ZSTD -> new ZstdInputStream(in);
            case XZ -> new XZCompressorInputStream(in, true, XZ_MEMORY_KIB);
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
        };
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int got = super.read(buffer, offset, length);
            count += Math.max(0, got);
            return got;
        }
    }
}
