package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.EventLoop;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Processes;
import dev.lighter.kernel.Terminals;
import dev.lighter.kernel.cgroup.Cgroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's side of one monitor: moves the container's output into its log, hears of its end, and clears up after it. Its handlers run
 * on the event loop; the clearing up, which may wait for the kernel, runs on an executor.
 */
final class MonitoredContainer implements RunningContainer {
    private static final Logger LOG = LoggerFactory.getLogger(MonitoredContainer.class);
    private static final int LOST_EXIT_CODE = 255;

    /** What all containers share; {@code watched} are those that run and are watched. */
    record Surroundings(
            EventLoop loop,
            Executor finisher,
            LogListener listener,
            OpenLogs openLogs,
            Set<MonitoredContainer> watched) {}

    private final String id;
    private final Path directory;
    private final LogPolicy policy;
    private final Surroundings surroundings;
    private final int pid;
    private final int monitorPid;
    private final Fd control;
    private final Fd[] outputs;
    private final @Nullable Cgroup cgroup;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final ByteBuffer message = ByteBuffer.allocateDirect(MonitorMessage.BYTES);
    private final Object stdinLock = new Object();
    private @Nullable Fd stdin;
    private boolean stdinClosed;

    MonitoredContainer(
            String id,
            Path directory,
            LogPolicy policy,
            Surroundings surroundings,
            int pid,
            int monitorPid,
            Fd control,
            Fd[] outputs,
            @Nullable Cgroup cgroup) {
        this.id = id;
        this.directory = directory;
        this.policy = policy;
        this.surroundings = surroundings;
        this.pid = pid;
        this.monitorPid = monitorPid;
        this.control = control;
        this.outputs = outputs;
        this.cgroup = cgroup;
    }

    String id() {
        return id;
    }

    Path directory() {
        return directory;
    }

    LogPolicy policy() {
        return policy;
    }

    /** Begins to watch; from here on the event loop owns the descriptors. */
    void watch() throws ErrnoException {
        surroundings.watched().add(this);
        for (int i = 0; i < outputs.length; i++) {
            int stream = i;
            surroundings.loop().add(outputs[i], EventLoop.EPOLLIN, events -> drain(stream));
        }
        surroundings.loop().add(control, EventLoop.EPOLLIN, events -> hear());
    }

    /** Stops watching: the monitor goes on alone. To be called when the event loop has ended. */
    void letGo() {
        for (Fd fifo : outputs) {
            surroundings.loop().removeAndClose(fifo);
        }
        surroundings.openLogs().close(this);
        surroundings.loop().removeAndClose(control);
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit;
    }

    @Override
    public Optional<Cgroup> cgroup() {
        return Optional.ofNullable(cgroup);
    }

    @Override
    public Fd pidfd() throws ErrnoException {
        Fd process = Processes.pidfd(pid);
        // The id could be another's by now, were the monitor not still its parent.
        if (Processes.parentOf(pid) != monitorPid) {
            process.close();
            throw new ErrnoException("pidfd_open", "container " + id, Errno.ESRCH);
        }
        return process;
    }

    @Override
    public void signal(int number) throws ErrnoException {
        try (Fd process = pidfd()) {
            Processes.signal(process, number);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ESRCH)) {
                throw e;
            }
        }
    }

    @Override
    public void writeStdin(ByteBuffer bytes) throws ErrnoException {
        Fd open;
        synchronized (stdinLock) {
            if (stdinClosed) {
                throw new ErrnoException("write", "standard input", Errno.EPIPE);
            }
            if (stdin == null && !hasTerminal()) {
                stdin = Fd.open(directory.resolve(ContainerFiles.STDIN), Fd.O_WRONLY | Fd.O_NONBLOCK, 0);
            }
            open = stdin == null ? outputs[0] : stdin;
        }
        ByteBuffer direct = bytes;
        if (!bytes.isDirect()) {
            direct = ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
        }
        while (direct.hasRemaining()) {
            synchronized (stdinLock) {
                if (stdinClosed || exit.isDone() || open.isClosed()) {
                    throw new ErrnoException("write", "standard input", Errno.EPIPE);
                }
                if (open.writeSome(direct)) {
                    continue;
                }
            }
            awaitRoom(open);
        }
    }

    private static void awaitRoom(Fd pipe) throws ErrnoException {
        pipe.awaitWritable(100);
    }

    @Override
    public void closeStdin() throws ErrnoException {
        if (hasTerminal()) {
            return;
        }
        synchronized (stdinLock) {
            if (stdinClosed) {
                return;
            }
            stdinClosed = true;
            if (stdin != null) {
                stdin.close();
                stdin = null;
            }
        }
        surroundings.loop().execute(() -> {
            if (!control.isClosed()) {
                try {
                    ByteBuffer word = ByteBuffer.allocateDirect(1);
                    control.writeFully(word);
                } catch (ErrnoException e) {
                    LOG.debug("The monitor of {} is gone", id, e);
                }
            }
        });
    }

    @Override
    public void resize(int rows, int columns) throws ErrnoException {
        synchronized (stdinLock) {
            if (!hasTerminal() || outputs[0].isClosed()) {
                throw new ErrnoException("resize", "container " + id, Errno.EINVAL);
            }
            Terminals.resize(outputs[0], rows, columns);
        }
    }

    private void drain(int stream) {
        if (outputs[stream].isClosed()) {
            return;
        }
        boolean more = false;
        try {
            more = move(stream) > 0;
        } catch (IOException e) {
            // A full disk must not stop the container: its output is dropped, loudly, until there is room.
            LOG.error("Output of container {} is lost: {}", id, e.getMessage());
            discard(stream);
        }
        if (more) {
            surroundings.listener().appended(id);
        }
    }

    private long move(int stream) throws IOException {
        boolean kept = policy.kept() || surroundings.listener().isFollowed(id);
        if (!kept) {
            empty();
            return discard(stream);
        }
        LogWriter log = surroundings.openLogs().of(this);
        long count = hasTerminal() ? log.copy(outputs[stream]) : log.drain(outputs[stream], stream);
        if (log.isFull()) {
            rotate(log);
        }
        return count;
    }

    private void rotate(LogWriter log) {
        try {
            log.rotate();
            surroundings.listener().rotated(id, directory, policy);
        } catch (IOException e) {
            LOG.warn("The log of container {} grows on: {}", id, e.getMessage());
        }
    }

    /** What was written for clients that are gone is not kept. */
    private void empty() throws IOException {
        LogWriter log = surroundings.openLogs().of(this);
        if (!log.isEmpty()) {
            rotate(log);
        }
    }

    private boolean hasTerminal() {
        return outputs.length == 1;
    }

    private long discard(int stream) {
        if (hasTerminal()) {
            ByteBuffer lost = ByteBuffer.allocateDirect(4096);
            return Math.max(0, outputs[stream].read(lost));
        }
        return Math.max(0, surroundings.openLogs().discard(outputs[stream]));
    }

    private void hear() {
        if (control.isClosed()) {
            return;
        }
        long count = control.read(message);
        if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
            return;
        }
        if (count > 0 && message.hasRemaining()) {
            return;
        }
        MonitorMessage end = null;
        if (count > 0) {
            byte[] bytes = new byte[MonitorMessage.BYTES];
            message.flip().get(bytes);
            message.clear();
            MonitorMessage heard = MonitorMessage.parse(bytes);
            if (heard.type() != MonitorMessage.END) {
                return;
            }
            end = heard;
        }
        finish(end);
    }

    /** All writers are gone: what is in the FIFOs is all there will be. */
    private void finish(@Nullable MonitorMessage end) {
        surroundings.watched().remove(this);
        for (int stream = 0; stream < outputs.length; stream++) {
            try {
                while (move(stream) > 0) {
                    LOG.trace("drained");
                }
            } catch (IOException e) {
                LOG.error("The last output of container {} is lost: {}", id, e.getMessage());
            }
            synchronized (stdinLock) {
                surroundings.loop().removeAndClose(outputs[stream]);
            }
        }
        leave();
        // Hanging up tells the monitor that nothing is left to do.
        surroundings.loop().removeAndClose(control);
        surroundings.finisher().execute(() -> complete(end));
    }

    private void leave() {
        if (!policy.kept()) {
            try {
                empty();
            } catch (IOException e) {
                LOG.warn("What container {} wrote stays: {}", id, e.getMessage());
            }
        }
        surroundings.openLogs().close(this);
    }

    private void complete(@Nullable MonitorMessage end) {
        synchronized (stdinLock) {
            stdinClosed = true;
            if (stdin != null) {
                stdin.close();
                stdin = null;
            }
        }
        surroundings.listener().ended(id);
        boolean oomKilled = clearCgroup(cgroup, id);
        exit.complete(
                end == null
                        ? new Exit(LOST_EXIT_CODE, oomKilled, Instant.now(), true)
                        : new Exit(end.exitCode(), oomKilled, end.time(), false));
        try {
            Processes.await(monitorPid);
        } catch (ErrnoException e) {
            LOG.error("The monitor of container {} cannot be collected", id, e);
        }
    }

    /** Removes a container's control group; gives whether the kernel killed for want of memory in it. */
    static boolean clearCgroup(@Nullable Cgroup cgroup, String id) {
        if (cgroup == null) {
            return false;
        }
        boolean oomKilled = false;
        try {
            oomKilled = cgroup.oomKills() > 0;
            if (!cgroup.tryRemove()) {
                if (!cgroup.processes().isEmpty()) {
                    // In a namespace that is not its own the kernel ends nobody with the first of its processes.
                    cgroup.killAll();
                }
                cgroup.remove();
            }
        } catch (IOException e) {
            LOG.error("The control group of container {} cannot be removed", id, e);
        }
        return oomKilled;
    }

    /** How a container ended that no monitor tells of: from its exit file, or lost. */
    static Exit recorded(Path directory, boolean oomKilled) throws IOException {
        Path file = directory.resolve(ContainerFiles.EXIT);
        if (!Files.exists(file)) {
            return new Exit(LOST_EXIT_CODE, oomKilled, Instant.now(), true);
        }
        MonitorMessage end = MonitorMessage.parse(Files.readAllBytes(file));
        return new Exit(end.exitCode(), oomKilled, end.time(), false);
    }
}
