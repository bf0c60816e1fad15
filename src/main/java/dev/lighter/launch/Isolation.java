package dev.lighter.launch;

/**
 * How far a container is kept apart from the host beyond the usual.
 *
 * @param privileged whether paths of the kernel are neither masked nor read-only, and all devices are there
 */
public record Isolation(boolean privileged) {
    /** As containers usually are. */
    public static final Isolation USUAL = new Isolation(false);
}
