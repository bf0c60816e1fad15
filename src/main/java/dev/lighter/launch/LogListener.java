package dev.lighter.launch;

import java.nio.file.Path;

/** Told on the engine's event thread what happens to the logs of containers. Must not block. */
public interface LogListener {
    /** There is more in the log of this container. */
    void appended(String containerId);

    /**
     * The log of this container has a new segment, which is written from now on; those before it change no more.
     *
     * @param directory the container's directory, see {@link LogDirectory}
     */
    void rotated(String containerId, Path directory, LogPolicy policy);

    /** The log of this container is complete. */
    void ended(String containerId);

    /** Whether somebody reads what this container writes, who must get it although it is not kept. */
    boolean isFollowed(String containerId);
}
