package dev.lighter.launch;

import dev.lighter.kernel.Channels;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The logs that have been written to lately. A container that says nothing holds no descriptor; of the others the least recently used is
 * closed when there are too many. Used on the event loop's thread only.
 */
final class OpenLogs {
    private final int most;
    private final Fd nullDevice;
    private final Map<String, LogWriter> writers = new LinkedHashMap<>(64, 0.75f, true);

    OpenLogs(int most) throws ErrnoException {
        this.most = most;
        this.nullDevice = Fd.open(Path.of("/dev/null"), Fd.O_RDWR, 0);
    }

    LogWriter of(MonitoredContainer container) throws IOException {
        LogWriter writer = writers.get(container.id());
        if (writer == null) {
            writer = LogWriter.open(container.directory(), container.policy().segmentBytes());
            writers.put(container.id(), writer);
            if (writers.size() > most) {
                Iterator<LogWriter> eldest = writers.values().iterator();
                eldest.next().close();
                eldest.remove();
            }
        }
        return writer;
    }

    void close(MonitoredContainer container) {
        LogWriter writer = writers.remove(container.id());
        if (writer != null) {
            writer.close();
        }
    }

    /** Throws away what a FIFO holds; gives how many bytes, or a negated error number. */
    long discard(Fd fifo) {
        return Channels.splice(fifo, nullDevice, 1 << 20);
    }

    /** The null device, open for reading and writing. */
    Fd nullDevice() {
        return nullDevice;
    }
}
