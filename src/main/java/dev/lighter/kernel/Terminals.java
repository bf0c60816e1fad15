package dev.lighter.kernel;

import java.nio.ByteBuffer;

/**
 * Terminals, from the side of whoever holds them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/TIOCSWINSZ.2const.html">TIOCSWINSZ(2const)</a>
 */
public final class Terminals {
    private static final Syscall IOCTL = Syscall.named("ioctl");
    private static final int TIOCSWINSZ = 0x5414;
    private static final int WINSIZE_BYTES = 8;

    private Terminals() {}

    /** Sets a terminal's size in characters; its foreground processes hear of it by SIGWINCH. */
    public static void resize(Fd terminal, int rows, int columns) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer size = scope.buffer(WINSIZE_BYTES);
            size.putShort(0, (short) rows).putShort(2, (short) columns);
            IOCTL.call("TIOCSWINSZ", terminal.number(), TIOCSWINSZ, NativeScope.address(size), 0, 0, 0);
        }
    }
}
