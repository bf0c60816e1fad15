package dev.lighter.kernel.netlink;

import java.io.IOException;

/** What is done inside a namespace, by a thread that ends with it. */
@FunctionalInterface
public interface NamespaceTask<T> {
    /** Does it. */
    T call() throws IOException;
}
