package dev.lighter.container.log;

import dev.lighter.launch.LogListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Brings the news that logs have grown to those who follow them. One per engine; safe for all threads. */
public final class ContainerLogs implements LogListener {
    private final Map<String, LogSignal> signals = new ConcurrentHashMap<>();

    /** Opens the log in a directory for following; news of it comes from now on. To be closed. */
    public FollowedLog open(String containerId, Path directory) throws IOException {
        LogReader reader = new LogReader(directory);
        LogSignal signal = signals.compute(containerId, (id, known) -> {
            LogSignal current = known == null ? new LogSignal() : known;
            current.followers++;
            return current;
        });
        return new FollowedLog(
                reader,
                signal,
                () -> signals.computeIfPresent(containerId, (id, known) -> {
                    known.followers--;
                    return known.followers == 0 ? null : known;
                }));
    }

    @Override
    public void appended(String containerId) {
        LogSignal signal = signals.get(containerId);
        if (signal != null) {
            signal.appended();
        }
    }

    @Override
    public void ended(String containerId) {
        LogSignal signal = signals.get(containerId);
        if (signal != null) {
            signal.ended();
        }
    }
}
