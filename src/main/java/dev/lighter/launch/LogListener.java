package dev.lighter.launch;

/** Told on the engine's event thread whenever a container's log has grown, and when it will grow no more. Must not block. */
public interface LogListener {
    /** There is more in the log of this container. */
    void appended(String containerId);

    /** The log of this container is complete. */
    void ended(String containerId);
}
