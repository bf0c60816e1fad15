package dev.lighter.container.log;

import dev.lighter.launch.LogDirectory;
import dev.lighter.launch.LogPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes segments that are no longer kept and compresses full ones, on one thread of its own for all containers. What it is killed in, the
 * next engine does again. Safe for all threads.
 */
final class LogKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

    private final Map<Path, LogPolicy> waiting = new LinkedHashMap<>();
    private @Nullable Path present;
    private boolean giveUp;
    private boolean closed;
    private @Nullable Thread thread;

    /** Sees to the log in a container's directory, soon. */
    synchronized void tend(Path directory, LogPolicy policy) {
        if (closed) {
            return;
        }
        waiting.put(directory, policy);
        if (thread == null) {
            Thread started = new Thread(this::run, "lighter-log-keeper");
            started.setDaemon(true);
            started.start();
            thread = started;
        }
        notifyAll();
    }

    /** Returns when nothing more happens in a container's directory. */
    synchronized void forget(Path directory) {
        waiting.remove(directory);
        boolean interrupted = false;
        while (directory.equals(present)) {
            giveUp = true;
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
        giveUp = true;
        notifyAll();
    }

    private synchronized boolean givesUp() {
        return giveUp;
    }

    private synchronized Map.@Nullable Entry<Path, LogPolicy> next() throws InterruptedException {
        present = null;
        giveUp = closed;
        notifyAll();
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return null;
        }
        Path directory = waiting.keySet().iterator().next();
        present = directory;
        return Map.entry(directory, waiting.remove(directory));
    }

    private void run() {
        try {
            for (var next = next(); next != null; next = next()) {
                try {
                    keep(new LogDirectory(next.getKey()), next.getValue());
                } catch (NoSuchFileException e) {
                    LOG.debug("The log in {} is gone", next.getKey(), e);
                } catch (IOException | RuntimeException e) {
                    LOG.warn("The log in {} takes more room than it should: {}", next.getKey(), e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes and compresses what the policy says, in one log. */
    void keep(LogDirectory log, LogPolicy policy) throws IOException {
        int current = log.number();
        long newer = weight(log, current, policy);
        List<Integer> full = new ArrayList<>();
        for (int number : log.numbers().headSet(current, false).descendingSet()) {
            if (newer >= policy.segments()) {
                LogDirectory.remove(log.segment(number));
                LogDirectory.remove(log.compressed(number));
                continue;
            }
            newer += weight(log, number, policy);
            if (policy.compressed() && Files.isDirectory(log.segment(number))) {
                full.add(number);
            }
        }
        for (int number : full) {
            if (!compress(log, number) || isOverdue(log)) {
                return;
            }
        }
    }

    /** As how many segments one counts: what grew while no engine was there may count as several. */
    private static long weight(LogDirectory log, int number, LogPolicy policy) throws IOException {
        Path out = log.segment(number).resolve(LogDirectory.OUT);
        if (policy.segmentBytes() <= 0 || !Files.exists(out)) {
            return 1;
        }
        long bytes = Files.size(out) + Files.size(log.segment(number).resolve(LogDirectory.ERR));
        return Math.max(1, bytes / policy.segmentBytes());
    }

    /** When there is a newer segment already, what it makes too much is removed before more is compressed. */
    private synchronized boolean isOverdue(LogDirectory log) {
        return waiting.containsKey(log.container());
    }

    private boolean compress(LogDirectory log, int number) throws IOException {
        Path plain = log.segment(number);
        Path unfinished = log.unfinished(number);
        LogDirectory.remove(unfinished);
        Files.createDirectory(unfinished);
        boolean done = false;
        try {
            for (String name : new String[] {LogDirectory.OUT, LogDirectory.ERR, LogDirectory.INDEX}) {
                if (!CompressedFile.write(plain.resolve(name), unfinished.resolve(name), this::givesUp)) {
                    return false;
                }
            }
            Files.move(unfinished, log.compressed(number), StandardCopyOption.ATOMIC_MOVE);
            done = true;
            LogDirectory.remove(plain);
            return true;
        } finally {
            if (!done) {
                LogDirectory.remove(unfinished);
            }
        }
    }
}
