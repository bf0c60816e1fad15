package dev.lighter.container;

import dev.lighter.container.log.ContainerLogs;
import dev.lighter.container.log.FollowedLog;
import dev.lighter.container.log.LogAttributes;
import dev.lighter.container.log.LogOptions;
import dev.lighter.error.EngineException;
import java.io.IOException;
import org.springframework.stereotype.Service;

/** Gives what containers have written, and what they write, to those who ask. */
@Service
public class OutputService {
    private final ContainerService containers;
    private final ContainerLogs logs;

    OutputService(ContainerService containers, ContainerLogs logs) {
        this.containers = containers;
        this.logs = logs;
    }

    /** Opens a container's log, which was kept. Fails in Docker's words when it was not. To be closed. */
    public FollowedLog log(ContainerView container) throws IOException {
        if (!options(container).isReadable()) {
            throw EngineException.notImplemented("configured logging driver does not support reading");
        }
        return open(container);
    }

    /**
     * Opens the output of a container for a client that is attached to it, be it kept or not. To be closed.
     *
     * @param reference as the client named it
     * @param replay whether what was written before is wanted too
     */
    public FollowedLog output(ContainerView container, String reference, boolean replay) throws IOException {
        if (container.state().isPaused()) {
            throw EngineException.conflict(
                    "container " + reference + " is paused, unpause the container before attach");
        }
        if (container.state().isRestarting()) {
            throw EngineException.conflict(
                    "container " + reference + " is restarting, wait until the container is running");
        }
        FollowedLog output = replay ? log(container) : open(container);
        boolean done = false;
        try {
            if (!replay) {
                output.skipToEnd();
            }
            done = true;
            return output;
        } finally {
            if (!done) {
                output.close();
            }
        }
    }

    private FollowedLog open(ContainerView container) throws IOException {
        return logs.open(container.id(), containers.logDirectory(container.id()).resolveSibling(""));
    }

    /** What stands before each line of a container's log for those who ask for details; see {@link LogAttributes}. */
    public String attributes(ContainerView container) {
        ContainerSpec spec = container.spec();
        return LogAttributes.of(
                options(container).options(),
                new LogAttributes.Subject(
                        container.id(),
                        container.name(),
                        spec.image(),
                        spec.imageId(),
                        spec.labels(),
                        spec.env()));
    }

    private static LogOptions options(ContainerView container) {
        return new LogOptions(container.spec().logDriver(), container.spec().logOptions());
    }
}
