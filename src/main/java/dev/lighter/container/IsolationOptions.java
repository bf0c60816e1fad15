package dev.lighter.container;

/**
 * How far a container is kept apart from the host beyond the usual, as it was asked for.
 *
 * @param privileged whether it has all capabilities, all devices and no filter
 */
public record IsolationOptions(boolean privileged) {
    /** As containers usually are. */
    public static IsolationOptions usual() {
        return new IsolationOptions(false);
    }
}
