package dev.lighter.launch;

import static dev.lighter.launch.Arg.NULL;
import static dev.lighter.launch.Arg.number;
import static dev.lighter.launch.Descriptors.CONTROL;
import static dev.lighter.launch.Descriptors.DIRECTORY;
import static dev.lighter.launch.Descriptors.LISTENER;
import static dev.lighter.launch.Descriptors.LOG_INDEX;
import static dev.lighter.launch.Descriptors.NULL_DEVICE;
import static dev.lighter.launch.Descriptors.STDERR_FIFO;
import static dev.lighter.launch.Descriptors.STDERR_LOG;
import static dev.lighter.launch.Descriptors.STDIN_FIFO;
import static dev.lighter.launch.Descriptors.STDOUT_FIFO;
import static dev.lighter.launch.Descriptors.STDOUT_LOG;
import static dev.lighter.launch.Flags.CLOEXEC;
import static dev.lighter.launch.Flags.WRITE_CLOEXEC;

import dev.lighter.kernel.Channels;
import dev.lighter.launch.Step.Label;
import org.jspecify.annotations.Nullable;

/**
 * The half of a container's program that stays: the container's parent. It holds the log FIFOs and the standard input open, waits for
 * the container and for its engine, writes the container's output into its log while there is no engine, lets the next engine in, and
 * writes down how the container ended. See the decision record on logs.
 *
 * <pre>
 *   watching:  wait for the container's end or a word from the engine
 *              the end: go to ended; a byte: close standard input; end of file: the engine is gone
 *   alone:     open the log; wait for the container's end, output, or a new engine
 *              output: splice it into the log, with one index record for each piece
 *              a new engine: say hello, close the log, go to watching
 *   ended:     write the exit file, tell the engine, wait until it has read the rest (it hangs up)
 *              splice what is left, exit
 * </pre>
 */
final class MonitorProgram {
    private static final int POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int WEXITED = 4;
    private static final int SIGPIPE = 13;
    private static final int SIGXFSZ = 25;
    private static final int RLIMIT_FSIZE = 1;
    private static final int SEEK_CUR = 1;
    private static final int SEEK_END = 2;
    private static final int SPLICE_MOVE_NONBLOCK = 3;
    private static final int SPLICE_MOST = 1 << 20;
    private static final int PIECE_BYTES = 1024;

    // The entries of the poll table.
    private static final int ENGINE = 0;
    private static final int CONTAINER = 1;
    private static final int NEW_ENGINE = 2;
    private static final int OUTPUT = 3;
    private static final int ERRORS = 4;
    private static final int ENTRIES = 5;

    private final ProgramBuilder program;
    private final Data polled;
    private final Data hello;
    private final Data end;
    private final Data descriptor;
    private final Data scratch;
    private final Data noTime;
    private final Data moment;
    private boolean terminal;
    private boolean kept = true;
    private @Nullable Data piece;

    MonitorProgram(ProgramBuilder program) {
        this.program = program;
        polled = program.zeros(ENTRIES * POLLFD_BYTES);
        poll(ENGINE, CONTROL);
        poll(CONTAINER, -1);
        poll(NEW_ENGINE, LISTENER);
        poll(OUTPUT, STDOUT_FIFO);
        poll(ERRORS, STDERR_FIFO);
        hello = program.zeros(MonitorMessage.BYTES).putLong(0, MonitorMessage.HELLO);
        end = program.zeros(MonitorMessage.BYTES).putLong(0, MonitorMessage.END);
        descriptor = program.zeros(8);
        scratch = program.zeros(8);
        noTime = program.zeros(16);
        moment = program.zeros(LogRecord.BYTES);
    }

    private void poll(int entry, int fd) {
        polled.putInt(entry * POLLFD_BYTES, fd).putShort(entry * POLLFD_BYTES + 4, POLLIN);
    }

    /** Where clone3 puts the container's pidfd: the four bytes of the poll table's entry. */
    Data pidfdData() {
        return polled;
    }

    /** The offset within {@link #pidfdData}. */
    int pidfdOffset() {
        return CONTAINER * POLLFD_BYTES;
    }

    /** Where the container's process id is to be kept: in the message that says hello. */
    Data pidData() {
        return hello;
    }

    /** The offset within {@link #pidData}. */
    int pidOffset() {
        return MonitorMessage.PID;
    }

    /**
     * Opens what monitor and container share: before the container is made.
     *
     * @param terminals where the filesystem of terminals is to be kept; null without a terminal
     * @param group that of terminals, as the host numbers it
     */
    void prepare(boolean openStdin, @Nullable Data terminals, int group) {
        if (terminals != null) {
            openTerminal(terminals, group);
            return;
        }
        program.section("Streams", "Output goes through FIFOs that outlive the engine; the monitor holds them open.");
        openFifo(
                ContainerFiles.STDOUT,
                STDOUT_FIFO,
                "holds the output FIFO open, so that no writer meets a closed pipe");
        openFifo(ContainerFiles.STDERR, STDERR_FIFO, "holds the error FIFO open");
        if (openStdin) {
            openFifo(ContainerFiles.STDIN, STDIN_FIFO, "holds standard input open between attached clients");
        }
    }

    private void openTerminal(Data terminals, int group) {
        program.section("Streams", "A terminal that outlives the engine; the monitor holds both its sides open.");
        terminal = true;
        poll(ERRORS, -1);
        TerminalCalls.makeFilesystem(program, terminals, group);
        Data theirs = program.zeros(8);
        TerminalCalls.open(program, Arg.valueAt(terminals, 0, "fd"), "ptmx", descriptor, 0, theirs);
        moveDescriptor(STDOUT_FIFO);
        program.call("dup3", Arg.valueAt(theirs, 0, "fd"), number(Descriptors.TERMINAL), CLOEXEC);
        program.call("close", Arg.valueAt(theirs, 0, "fd"));
    }

    private void openFifo(String name, int fixed, String why) {
        program.call("openat", number(DIRECTORY), program.string(name), Flags.BOTH_CLOEXEC, Arg.ZERO)
                .into(descriptor, 0)
                .why(why);
        moveDescriptor(fixed);
    }

    /** Writes the monitor's program; what lies behind the label is never needed again and given back to the kernel. */
    void write(LogPolicy log, Label unneeded) {
        kept = log.kept();
        long most = log.unattendedBytes();
        program.section(
                "Monitor",
                "The container's parent: keeps its streams, its log and its exit status while engines come and go.");
        Data ignore = program.zeros(32).putLong(0, 1);
        program.call("rt_sigaction", number(SIGPIPE), Arg.address(ignore, "{SIG_IGN}"), NULL, number(8))
                .why("an engine that went away must not end the monitor");
        program.call("rt_sigaction", number(SIGXFSZ), Arg.address(ignore, "{SIG_IGN}"), NULL, number(8))
                .why("a log at its limit must not end the monitor");
        if (most > 0) {
            Data limit = program.zeros(16).putLong(0, most).putLong(8, most);
            program.call(
                            "prlimit64",
                            Arg.ZERO,
                            Arg.named(RLIMIT_FSIZE, "RLIMIT_FSIZE"),
                            Arg.address(limit, "{" + most + "}"),
                            NULL)
                    .ignoringFailure()
                    .why("bounds the log while no engine is there");
        }
        program.call("socket", Arg.named(1, "AF_UNIX"), Arg.named(1 | 0x80000, "SOCK_STREAM|SOCK_CLOEXEC"), Arg.ZERO)
                .into(descriptor, 0)
                .why("where the next engine calls");
        moveDescriptor(LISTENER);
        byte[] address = Channels.unixAddress(ContainerFiles.MONITOR_SOCKET);
        program.call(
                        "bind",
                        number(LISTENER),
                        Arg.address(program.bytes(address), '"' + ContainerFiles.MONITOR_SOCKET + '"'),
                        number(address.length))
                .why("in the container's own directory");
        program.call("listen", number(LISTENER), number(1)).why("one engine at a time");
        program.call("close", number(Descriptors.MOUNT)).why("the container alone holds its root filesystem");
        program.call("close", number(Descriptors.REPORTS)).why("the engine now waits only for the container's exec");
        program.releaseFrom(unneeded).why("gives back the memory of the part that only the container needed");
        program.releaseAbove().why("and its first stack, with the page tables for it");
        send(hello, "tells the engine the container's process id");
        loop();
    }

    private void loop() {
        Label watching = new Label();
        Label alone = new Label();
        Label ended = new Label();
        program.mark(watching);
        wait(ENGINE, 2).whenBelow(watching).why("sleeps until the container ends or the engine speaks or is gone");
        ready(CONTAINER).whenAbove(ended);
        program.call("read", number(CONTROL), Arg.address(scratch, "byte"), number(1))
                .whenZero(alone)
                .whenBelow(alone)
                .why("end of file: the engine is gone");
        program.call("close", number(STDIN_FIFO))
                .ignoringFailure()
                .why("a byte from the engine: standard input is at its end");
        jump(watching);

        program.mark(alone);
        program.call("dup3", number(NULL_DEVICE), number(CONTROL), CLOEXEC).ignoringFailure();
        openLog();
        Label waiting = new Label();
        program.mark(waiting);
        wait(CONTAINER, 4)
                .whenBelow(waiting)
                .why("sleeps until there is output, the container ends or an engine calls");
        ready(CONTAINER).whenAbove(ended);
        drain(OUTPUT);
        drain(ERRORS);
        ready(NEW_ENGINE).whenZero(waiting).whenBelow(waiting);
        program.call("accept4", number(LISTENER), NULL, NULL, CLOEXEC)
                .into(descriptor, 0)
                .whenBelow(waiting)
                .why("lets the new engine in");
        moveDescriptor(CONTROL);
        closeLog();
        send(hello, "from here on the engine reads the output");
        jump(watching);

        program.mark(ended);
        program.call(
                        "waitid",
                        Arg.named(0, "P_ALL"),
                        Arg.ZERO,
                        Arg.address(end, MonitorMessage.SIGINFO, "info"),
                        Arg.named(WEXITED, "WEXITED"),
                        NULL)
                .ignoringFailure()
                .why("how the container ended");
        program.call("clock_gettime", Arg.named(0, "CLOCK_REALTIME"), Arg.address(end, MonitorMessage.TIME, "time"))
                .ignoringFailure();
        program.call(
                        "openat",
                        number(DIRECTORY),
                        program.string(ContainerFiles.EXIT_NEW),
                        Arg.named(01101 | 02000000, "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC"),
                        Flags.octal(0600))
                .into(descriptor, 0)
                .ignoringFailure();
        program.call("write", Arg.valueAt(descriptor, 0, "fd"), Arg.address(end, "end"), number(MonitorMessage.BYTES))
                .ignoringFailure();
        program.call("close", Arg.valueAt(descriptor, 0, "fd")).ignoringFailure();
        program.call(
                        "renameat2",
                        number(DIRECTORY),
                        program.string(ContainerFiles.EXIT_NEW),
                        number(DIRECTORY),
                        program.string(ContainerFiles.EXIT),
                        Arg.ZERO)
                .ignoringFailure()
                .why("the exit file appears whole or not at all");
        send(end, "tells the engine, if there is one");
        Label hangUp = new Label();
        program.mark(hangUp);
        program.call("read", number(CONTROL), Arg.address(scratch, "byte"), number(1))
                .whenAbove(hangUp)
                .ignoringFailure()
                .why("until the engine has read the rest and hangs up");
        openLog();
        Label rest = new Label();
        program.mark(rest);
        drain(OUTPUT);
        drain(ERRORS);
        program.call(
                        "ppoll",
                        Arg.address(polled, OUTPUT * POLLFD_BYTES, "output"),
                        number(2),
                        Arg.address(noTime, "{0}"),
                        NULL,
                        number(8))
                .whenAbove(rest)
                .ignoringFailure()
                .why("until nothing is left");
        program.call("exit_group", Arg.ZERO);
    }

    private Step wait(int first, int count) {
        return program.call(
                "ppoll",
                Arg.address(polled, first * POLLFD_BYTES, "descriptors"),
                number(count),
                NULL,
                NULL,
                number(8));
    }

    private Step ready(int entry) {
        return program.call(
                        "ppoll",
                        Arg.address(polled, entry * POLLFD_BYTES, "descriptor"),
                        number(1),
                        Arg.address(noTime, "{0}"),
                        NULL,
                        number(8))
                .ignoringFailure();
    }

    private void drain(int entry) {
        int from = entry == OUTPUT ? STDOUT_FIFO : STDERR_FIFO;
        int log = entry == OUTPUT ? STDOUT_LOG : STDERR_LOG;
        Label next = new Label();
        Label discard = new Label();
        ready(entry).whenZero(next).whenBelow(next);
        if (!kept) {
            discard(from);
            program.mark(next);
            return;
        }
        program.call("clock_gettime", Arg.named(0, "CLOCK_REALTIME"), Arg.address(moment, "record"))
                .ignoringFailure();
        if (terminal) {
            copy(from, log, next);
        } else {
            splice(from, log).whenBelow(discard).why("moves output into the log inside the kernel");
        }
        position(STDOUT_LOG, LogRecord.ENDS);
        position(STDERR_LOG, LogRecord.ENDS + 8);
        program.call("write", number(LOG_INDEX), Arg.address(moment, "record"), number(LogRecord.BYTES))
                .ignoringFailure();
        if (!terminal) {
            jump(next);
            program.mark(discard);
            discard(from);
        }
        program.mark(next);
    }

    /** Where a stream's file ends now, into the record. */
    private void position(int log, int offset) {
        program.call("lseek", number(log), Arg.ZERO, Arg.named(SEEK_CUR, "SEEK_CUR"))
                .into(moment, offset)
                .ignoringFailure();
    }

    private void discard(int from) {
        if (terminal) {
            program.call("read", number(from), Arg.address(piece(), "piece"), number(PIECE_BYTES))
                    .ignoringFailure()
                    .why("nothing of it is kept");
            return;
        }
        splice(from, NULL_DEVICE)
                .ignoringFailure()
                .why(
                        kept
                                ? "a full disk or a log at its limit must not stop the container"
                                : "nothing of it is kept");
    }

    private Step splice(int from, int to) {
        return program.call(
                "splice",
                number(from),
                NULL,
                number(to),
                NULL,
                number(SPLICE_MOST),
                Arg.named(SPLICE_MOVE_NONBLOCK, "SPLICE_F_MOVE|SPLICE_F_NONBLOCK"));
    }

    /** A terminal is no pipe that could be spliced: what it gives is read and written, or lost where the log takes no more. */
    private void copy(int from, int log, Label failed) {
        program.call("read", number(from), Arg.address(piece(), "piece"), number(PIECE_BYTES))
                .into(scratch, 0)
                .whenBelow(failed)
                .why("what the container wrote to its terminal");
        program.call("write", number(log), Arg.address(piece(), "piece"), Arg.valueAt(scratch, 0, "count"))
                .whenBelow(failed)
                .why("into the log");
    }

    private Data piece() {
        Data now = piece;
        if (now == null) {
            now = program.zeros(PIECE_BYTES);
            piece = now;
        }
        return now;
    }

    private void openLog() {
        if (!kept) {
            return;
        }
        openLog(ContainerFiles.LOG_OUT, STDOUT_LOG);
        openLog(ContainerFiles.LOG_ERR, STDERR_LOG);
        openLog(ContainerFiles.LOG_INDEX, LOG_INDEX);
    }

    private void openLog(String name, int fixed) {
        program.call("openat", number(DIRECTORY), program.string(name), WRITE_CLOEXEC, Arg.ZERO)
                .into(descriptor, 0)
                .ignoringFailure();
        program.call("lseek", Arg.valueAt(descriptor, 0, "fd"), Arg.ZERO, Arg.named(SEEK_END, "SEEK_END"))
                .ignoringFailure();
        moveDescriptor(fixed);
    }

    private void closeLog() {
        for (int fixed : new int[] {STDOUT_LOG, STDERR_LOG, LOG_INDEX}) {
            program.call("close", number(fixed)).ignoringFailure();
        }
    }

    private void moveDescriptor(int fixed) {
        program.call("dup3", Arg.valueAt(descriptor, 0, "fd"), number(fixed), CLOEXEC)
                .ignoringFailure();
        program.call("close", Arg.valueAt(descriptor, 0, "fd")).ignoringFailure();
    }

    private void send(Data message, String why) {
        program.call("write", number(CONTROL), Arg.address(message, "message"), number(MonitorMessage.BYTES))
                .ignoringFailure()
                .why(why);
    }

    private void jump(Label label) {
        program.call("getpid").then(label);
    }
}
