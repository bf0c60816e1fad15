package dev.lighter.image;

import dev.lighter.image.host.HostTree;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Turns files of this host into a layer, with the means that also take in what users load. */
final class TreeLayer {
    private TreeLayer() {}

    /** Packs a tree into the attempt, and unpacks it at the same time. Gives the digest of the archive, which is the layer's, too. */
    static String pack(LoadAttempt attempt, HostTree tree) throws IOException {
        try (BlobIngest ingest = new BlobIngest(attempt, false)) {
            try (OutputStream out = new BufferedOutputStream(new IngestStream(ingest), ChunkPipe.CHUNK)) {
                tree.write(out);
            }
            String layer = ingest.end();
            ingest.awaitLayer();
            return layer;
        }
    }

    /** Feeds what is written to it to an ingest. */
    private static final class IngestStream extends OutputStream {
        private final BlobIngest ingest;

        IngestStream(BlobIngest ingest) {
            this.ingest = ingest;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                byte[] buffer = ingest.buffer();
                int count = Math.min(length - done, buffer.length);
                System.arraycopy(bytes, offset + done, buffer, 0, count);
                ingest.take(count);
                done += count;
            }
        }
    }
}
