package dev.lighter.launch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * What a monitor tells its engine over the control socket, and writes into the exit file: always {@link #BYTES} long, in native byte
 * order.
 *
 * @param type {@link #HELLO} or {@link #END}
 * @param pid the container's process id, for hello
 * @param exitCode the exit code or 128 plus the signal's number, for the end
 * @param time when it ended, for the end
 */
record MonitorMessage(long type, int pid, int exitCode, Instant time) {
    static final long HELLO = 1;
    static final long END = 2;
    static final int BYTES = 152;
    static final int PID = 8;
    /** A {@code siginfo_t} of 128 bytes, waitid(2). */
    static final int SIGINFO = 8;

    /** A {@code struct timespec}. */
    static final int TIME = 136;

    private static final int SI_CODE = SIGINFO + 8;
    private static final int SI_STATUS = SIGINFO + 24;
    private static final int CLD_EXITED = 1;

    static MonitorMessage parse(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a monitor's message has " + BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int status = message.getInt(SI_STATUS);
        return new MonitorMessage(
                message.getLong(0),
                message.getInt(PID),
                message.getInt(SI_CODE) == CLD_EXITED ? status : 128 + status,
                Instant.ofEpochSecond(message.getLong(TIME), message.getLong(TIME + 8)));
    }
}
