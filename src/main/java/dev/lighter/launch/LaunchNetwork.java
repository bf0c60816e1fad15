package dev.lighter.launch;

import dev.lighter.kernel.Fd;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The network that a container is to join. Its namespace may be made ready while the rest of the container is being planned: the program is
 * not sent before that is done.
 *
 * @param namespace an open network namespace, which stays the caller's; null for the host's own network
 * @param ready done when the container may run in the namespace; its failure is the launch's
 * @param description what is in the namespace, in words
 */
public record LaunchNetwork(@Nullable Fd namespace, Future<?> ready, String description) {
    /** The host's own network. */
    public static LaunchNetwork ofHost() {
        return new LaunchNetwork(null, CompletableFuture.completedFuture(true), "the host's own network");
    }

    /** A namespace that is ready. */
    public static LaunchNetwork ready(Fd namespace, String description) {
        return new LaunchNetwork(namespace, CompletableFuture.completedFuture(true), description);
    }
}
