package dev.lighter.launch;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.EventLoop;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.Processes;
import dev.lighter.kernel.cgroup.Cgroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes programs in containers that run. Safe for all threads. A failure leaves no process and no descriptor. */
final class ExecLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(ExecLauncher.class);
    private static final String PREFIX = "OCI runtime exec failed: exec failed: unable to start container process: ";

    private final Stub stub;
    private final FactFinder facts;
    private final EventLoop loop;
    private final Fd nullDevice;

    ExecLauncher(Stub stub, FactFinder facts, EventLoop loop, Fd nullDevice) {
        this.stub = stub;
        this.facts = facts;
        this.loop = loop;
        this.nullDevice = nullDevice;
    }

    /**
     * Executes a program.
     *
     * @param spec the container's specification, with the program in place of its own
     * @param process a pidfd of the container's first process
     * @param attached whether output is read; otherwise it goes nowhere
     */
    RunningExec launch(LaunchSpec spec, Cgroup cgroup, Fd process, boolean attached)
            throws LaunchException, IOException {
        ProgramFacts found = facts.find(spec, cgroup, List.of());
        ExecProgram.Built built = ExecProgram.build(spec, found);
        List<Fd> ours = new ArrayList<>();
        List<Fd> theirs = new ArrayList<>();
        int starter = -1;
        boolean done = false;
        try (Channels.Pair control = Channels.socketPair();
                Channels.Pair report = Channels.pipe()) {
            boolean pipes = attached && !spec.terminal();
            Fd input = null;
            if (spec.openStdin() && !spec.terminal()) {
                Channels.Pair pipe = Channels.pipe();
                input = pipe.second();
                Channels.dontWait(input);
                ours.add(input);
                theirs.add(pipe.first());
            } else {
                theirs.add(nullDevice);
            }
            List<Fd> outputs = new ArrayList<>();
            for (int stream = 1; stream <= 2; stream++) {
                if (pipes) {
                    Channels.Pair pipe = Channels.pipe();
                    // So that the user can open /dev/stdout again.
                    FileCalls.changeOwner(
                            pipe.second(),
                            spec.ids().toHost(found.uid()),
                            spec.ids().toHost(found.gid()));
                    outputs.add(pipe.first());
                    ours.add(pipe.first());
                    theirs.add(pipe.second());
                } else {
                    theirs.add(nullDevice);
                }
            }
            starter =
                    stub.start(theirs.get(0), theirs.get(1), theirs.get(2), control.second(), report.second(), process);
            control.second().close();
            report.second().close();
            closeTheirs(theirs);
            Stub.send(control.first(), built.program());
            RunningExec running = await(spec, built, control.first(), report.first(), starter, input, outputs, ours);
            done = true;
            return running;
        } finally {
            closeTheirs(theirs);
            if (!done) {
                ours.forEach(Fd::close);
            }
            if (starter > 0) {
                Processes.await(starter);
            }
        }
    }

    private void closeTheirs(List<Fd> theirs) {
        theirs.stream().filter(fd -> fd != nullDevice).forEach(Fd::close);
    }

    private RunningExec await(
            LaunchSpec spec,
            ExecProgram.Built built,
            Fd control,
            Fd report,
            int starter,
            @Nullable Fd input,
            List<Fd> outputs,
            List<Fd> ours)
            throws LaunchException, IOException {
        LaunchReports reports = LaunchReports.read(report, built.attempts().first());
        ByteBuffer message =
                ByteBuffer.allocateDirect(ExecProgram.MESSAGE_BYTES).order(ByteOrder.nativeOrder());
        boolean forked = hear(control, message);
        int pid = forked ? (int) message.getLong(0) : -1;
        Execution.Attempts attempts = built.attempts();
        boolean failed = reports.failedIndex() >= 0
                && !(reports.failedIndex() >= attempts.first() && reports.failedIndex() < attempts.last());
        if (!forked || failed) {
            if (forked) {
                Processes.await(pid);
            }
            control.close();
            if (reports.failedIndex() < 0) {
                throw new LaunchException(PREFIX + "the container has just ended", 128);
            }
            throw LaunchFailures.explain(PREFIX, spec, built.program(), attempts, reports);
        }
        List<Fd> streams = outputs;
        Fd writable = input;
        if (spec.terminal()) {
            try (Fd process = Processes.pidfd(starter)) {
                Fd terminal = Processes.descriptorOf(process, (int) message.getLong(8));
                ours.add(terminal);
                streams = List.of(terminal);
                writable = terminal;
            }
        }
        control.close();
        return new RunningExec(pid, writable, streams, spec.terminal(), watch(pid));
    }

    private static boolean hear(Fd control, ByteBuffer message) throws ErrnoException {
        while (message.hasRemaining()) {
            long count = control.read(message);
            if (count == 0 || count == -Errno.ECONNRESET) {
                return false;
            }
            if (count < 0 && count != -Errno.EINTR) {
                throw new ErrnoException("read", "process", (int) -count);
            }
        }
        return true;
    }

    /** Collects the process when it ends. It is our child and not yet collected, so its id is its own. */
    private CompletableFuture<Integer> watch(int pid) throws ErrnoException {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Fd process = Processes.pidfd(pid);
        loop.add(process, EventLoop.EPOLLIN, events -> {
            loop.removeAndClose(process);
            try {
                exit.complete(Processes.collect(pid));
            } catch (ErrnoException e) {
                LOG.error("The end of process {} cannot be told: {}", pid, e.getMessage());
                exit.complete(255);
            }
        });
        return exit;
    }
}
