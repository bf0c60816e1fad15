package dev.lighter.launch;

import static dev.lighter.launch.Arg.number;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.IdRange;
import dev.lighter.kernel.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes user namespaces. A process of many threads cannot have one of its own, so a stub makes it, waits until its numbers are written, and
 * ends; the descriptor keeps it. Safe for all threads.
 */
final class UserNamespaces {
    private static final long CLONE_NEWUSER = 0x1000_0000L;
    private static final int PATIENCE_MILLIS = 5000;

    private final Stub stub;
    private final Fd nullDevice;

    UserNamespaces(Stub stub, Fd nullDevice) {
        this.stub = stub;
        this.nullDevice = nullDevice;
    }

    /** A user namespace that something is made or looked at with; null where that is the host's. */
    record Use(@Nullable Fd namespace) implements AutoCloseable {
        @Override
        public void close() {
            if (namespace != null) {
                namespace.close();
            }
        }
    }

    /** A new user namespace with these numbers, unless they are the host's. */
    Use use(IdRange ids) throws IOException {
        return new Use(ids.isMapped() ? make(ids) : null);
    }

    private Fd make(IdRange ids) throws IOException {
        ProgramBuilder builder = new ProgramBuilder();
        builder.call("unshare", Arg.named(CLONE_NEWUSER, "CLONE_NEWUSER")).why("users and groups of its own");
        Data told = builder.text("1");
        builder.call("write", number(Descriptors.CONTROL), Arg.address(told, "byte"), number(1));
        builder.call("read", number(Descriptors.CONTROL), Arg.address(told, "byte"), number(1))
                .why("until the engine has written its numbers");
        builder.call("exit_group", Arg.ZERO);
        int pid = -1;
        try (Channels.Pair control = Channels.socketPair();
                Channels.Pair report = Channels.pipe()) {
            pid = stub.start(nullDevice, nullDevice, nullDevice, control.second(), report.second());
            control.second().close();
            report.second().close();
            Stub.send(control.first(), builder.link());
            hear(control.first());
            Path process = Path.of("/proc", Integer.toString(pid));
            String map = "0 " + ids.first() + " " + ids.count();
            Files.writeString(process.resolve("uid_map"), map);
            Files.writeString(process.resolve("gid_map"), map);
            return Fd.open(process.resolve("ns/user"), Fd.O_RDONLY, 0);
        } finally {
            if (pid > 0) {
                Processes.await(pid);
            }
        }
    }

    private static void hear(Fd control) throws ErrnoException {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        if (!control.awaitReadable(PATIENCE_MILLIS)) {
            throw new ErrnoException("unshare", "CLONE_NEWUSER", Errno.ETIMEDOUT);
        }
        if (control.read(one) != 1) {
            throw new ErrnoException("unshare", "CLONE_NEWUSER: this kernel gives no user namespaces", Errno.EPERM);
        }
    }
}
