package dev.lighter.container;

/**
 * What the engine does about a container that ends, as it was asked for.
 *
 * @param restartPolicy {@code no}, {@code on-failure}, {@code always} or {@code unless-stopped}
 * @param mostRetries after how many restarts {@code on-failure} gives up; 0 for never
 */
public record Supervision(String restartPolicy, int mostRetries) {
    /** Nothing. */
    public static Supervision none() {
        return new Supervision("no", 0);
    }
}
