package dev.lighter.network.dns;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the server asks about names. It is called on the server's one thread for every question, so it answers from memory and never
 * blocks.
 */
@FunctionalInterface
public interface NameDirectory {
    /**
     * Who has this address and so is asking. An IPv6 address of a link comes with its scope, which {@link InetAddress#equals} does not
     * compare.
     *
     * @return null when it is nobody's of ours: the question is refused
     */
    @Nullable
    Asker asker(InetAddress source);
}
