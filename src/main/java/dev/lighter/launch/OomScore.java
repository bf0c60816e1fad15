package dev.lighter.launch;

import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.number;
import static dev.lighter.launch.Flags.AT_FDCWD;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The calls that say how readily the kernel kills a process for want of memory. They come while the host's {@code /proc} is seen, so that
 * no file of the container is written to; what is forked afterwards inherits it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html">proc_pid_oom_score_adj(5)</a>
 */
final class OomScore {
    /** What the call that can fail is for. */
    static final String PURPOSE = "how readily the kernel kills it when the machine runs out of memory";

    private static final int OWN = own();

    private OomScore() {}

    private static int own() {
        try {
            return Integer.parseInt(
                    Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes them, unless the engine's own is the same. Zero is what nobody asked for: then it need not succeed. */
    static void write(ProgramBuilder program, int adjustment) {
        if (adjustment == OWN) {
            return;
        }
        String text = Integer.toString(adjustment);
        Data fd = program.zeros(8);
        program.call("openat", AT_FDCWD, program.string("/proc/self/oom_score_adj"), Flags.WRITE_CLOEXEC, ZERO)
                .into(fd, 0);
        Step write = program.call(
                        "write",
                        Arg.valueAt(fd, 0, "fd"),
                        Arg.address(program.text(text), '"' + text + '"'),
                        number(text.getBytes(StandardCharsets.US_ASCII).length))
                .why(PURPOSE);
        if (adjustment == 0) {
            write.ignoringFailure();
        }
        program.call("close", Arg.valueAt(fd, 0, "fd"));
    }
}
