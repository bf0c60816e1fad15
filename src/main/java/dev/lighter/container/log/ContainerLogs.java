package dev.lighter.container.log;

import dev.lighter.launch.LogDirectory;
import dev.lighter.launch.LogListener;
import dev.lighter.launch.LogPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the news of logs to those who follow them, and has what is written bounded. One per engine; safe for all threads; to be closed
 * with the engine.
 */
public final class ContainerLogs implements LogListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLogs.class);

    private final Map<String, OpenLog> open = new ConcurrentHashMap<>();
    private final LogKeeper keeper = new LogKeeper();
    private final long mostBacklog;

    /** Logs that are bounded as these settings say. */
    public ContainerLogs(LogSettings settings) {
        this.mostBacklog = settings.readerBacklog().toBytes();
    }

    /** Opens the log in a container's directory for following; news of it comes from now on. To be closed. */
    public FollowedLog open(String containerId, Path directory) throws IOException {
        OpenLog log = open.compute(containerId, (id, known) -> {
            OpenLog current = known == null ? new OpenLog(new LogDirectory(directory), mostBacklog) : known;
            current.users++;
            return current;
        });
        boolean opened = false;
        try {
            FollowedLog followed = new FollowedLog(log, () -> release(containerId));
            opened = true;
            return followed;
        } finally {
            if (!opened) {
                release(containerId);
            }
        }
    }

    private void release(String containerId) {
        open.computeIfPresent(containerId, (id, known) -> {
            known.users--;
            if (known.users > 0) {
                return known;
            }
            try {
                known.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return null;
        });
    }

    @Override
    public void appended(String containerId) {
        OpenLog log = open.get(containerId);
        if (log != null) {
            log.appended();
        }
    }

    @Override
    public void rotated(String containerId, Path directory, LogPolicy policy) {
        OpenLog log = open.get(containerId);
        if (log != null) {
            try {
                log.rotated();
            } catch (IOException e) {
                LOG.error("Those who read the log of container {} miss what comes now", containerId, e);
            }
        }
        keeper.tend(directory, policy);
    }

    @Override
    public void ended(String containerId) {
        OpenLog log = open.get(containerId);
        if (log != null) {
            log.ended();
        }
    }

    @Override
    public boolean isFollowed(String containerId) {
        return open.containsKey(containerId);
    }

    /** Does nothing more in a container's directory, which is about to be removed. */
    public void forget(Path directory) {
        keeper.forget(directory);
    }

    @Override
    public void close() {
        keeper.close();
    }
}
