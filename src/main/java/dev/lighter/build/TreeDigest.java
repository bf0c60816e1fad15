package dev.lighter.build;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileCalls.Status;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts files together by what they are: names, kinds, permissions and bytes, not times and owners, which a copy does not keep. Belongs to one thread. */
final class TreeDigest implements SourceWalk.Visitor {
    private static final int BUFFER = 128 * 1024;
    private static final int PERMISSIONS = 07777;

    private final Digest digest;
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] heap = new byte[BUFFER];

    /** Adds to a digest. */
    TreeDigest(Digest digest) {
        this.digest = digest;
    }

    @Override
    public void enter(Fd parent, byte[] name, Status status) {
        look('d', name, status);
    }

    @Override
    public void leave() {
        digest.add("..");
    }

    @Override
    public void file(Fd parent, byte[] name, Status status) throws IOException {
        switch (status.type()) {
            case FileCalls.REGULAR -> {
                look('f', name, status);
                content(parent, name);
            }
            case FileCalls.SYMLINK -> {
                look('l', name, status);
                digest.add(FileCalls.readLink(parent, name));
            }
            default -> {
                look('n', name, status);
                digest.add(status.type()).add(status.device());
            }
        }
    }

    private void look(char kind, byte[] name, Status status) {
        digest.add(kind).add(name).add(status.type() == FileCalls.SYMLINK ? 0 : status.mode() & PERMISSIONS);
    }

    private void content(Fd parent, byte[] name) throws ErrnoException {
        long size = 0;
        try (Fd file = FileCalls.openToRead(parent, name)) {
            while (true) {
                direct.clear();
                long count = file.read(direct);
                if (count <= 0) {
                    if (count < 0) {
                        throw new ErrnoException(
                                "read", new String(name, java.nio.charset.StandardCharsets.UTF_8), (int) -count);
                    }
                    break;
                }
                direct.flip().get(heap, 0, (int) count);
                digest.addContent(heap, (int) count);
                size += count;
            }
        }
        digest.add(size);
    }
}
