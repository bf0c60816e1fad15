package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file as a block device, which goes away by itself when nothing uses it any more: whoever has it mounts it and closes it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/loop.4.html">loop(4)</a>
 */
public final class LoopDevice implements AutoCloseable {
    private static final Syscall IOCTL = Syscall.named("ioctl");
    private static final int LOOP_CTL_GET_FREE = 0x4C82;
    private static final int LOOP_CONFIGURE = 0x4C0A;
    private static final int CONFIG_BYTES = 304;
    private static final int FLAGS_OFFSET = 60;
    private static final int LO_FLAGS_AUTOCLEAR = 4;
    private static final int TRIES = 50;

    private final Fd device;
    private final Path path;

    private LoopDevice(Fd device, Path path) {
        this.device = device;
        this.path = path;
    }

    /**
     * Attaches a file, which is written through it, or opens the device that has it already: a mount that nobody sees any more may still
     * write to it, and two devices would spoil what is in the file. Needs Linux 5.8.
     */
    public static LoopDevice attach(Path file) throws IOException {
        LoopDevice there = find(file);
        return there == null ? attachNew(file) : there;
    }

    private static @Nullable LoopDevice find(Path file) throws IOException {
        String wanted = file.toRealPath().toString();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                if (!has(device, wanted)) {
                    continue;
                }
                Path path = Path.of("/dev").resolve(device.getFileName());
                Fd open = Fd.open(path, Fd.O_RDWR, 0);
                // While it is open it stays; it may have gone before.
                if (has(device, wanted)) {
                    return new LoopDevice(open, path);
                }
                open.close();
            }
        }
        return null;
    }

    private static boolean has(Path device, String file) throws ErrnoException {
        try {
            return KernelFile.read(device.resolve("loop/backing_file")).strip().equals(file);
        } catch (ErrnoException e) {
            // Free, or about to be.
            if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    private static LoopDevice attachNew(Path file) throws ErrnoException {
        try (Fd backing = Fd.open(file, Fd.O_RDWR, 0);
                Fd control = Fd.open(Path.of("/dev/loop-control"), Fd.O_RDWR, 0)) {
            for (int tried = 0; ; tried++) {
                long number = IOCTL.call("LOOP_CTL_GET_FREE", control.number(), LOOP_CTL_GET_FREE, 0);
                Path path = Path.of("/dev/loop" + number);
                Fd device = Fd.open(path, Fd.O_RDWR, 0);
                boolean done = false;
                try (NativeScope scope = NativeScope.open()) {
                    ByteBuffer config = scope.buffer(CONFIG_BYTES);
                    config.putInt(0, backing.number()).putInt(FLAGS_OFFSET, LO_FLAGS_AUTOCLEAR);
                    IOCTL.call(path.toString(), device.number(), LOOP_CONFIGURE, NativeScope.address(config));
                    done = true;
                    return new LoopDevice(device, path);
                } catch (ErrnoException e) {
                    // Somebody else was faster.
                    if (!e.is(Errno.EBUSY) || tried >= TRIES) {
                        throw e;
                    }
                } finally {
                    if (!done) {
                        device.close();
                    }
                }
            }
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        device.close();
    }
}
