package dev.lighter.network;

import dev.lighter.error.EngineException;

/** How a network connects what is on it. */
public enum NetworkDriver {
    /** Containers are ports of a bridge of the host's, which leads outside. */
    BRIDGE("bridge"),
    /** Containers share the host's own network. */
    HOST("host"),
    /** Containers have nothing but loopback. */
    NONE("null"),
    /** Containers are neighbours of the host on one of its links, each with an address of its own there. */
    MACVLAN("macvlan");

    private final String word;

    NetworkDriver(String word) {
        this.word = word;
    }

    /** The name by which Docker's clients know it. */
    public String word() {
        return word;
    }

    /** The driver that a client names; empty for the usual one. Fails with Docker's words for others. */
    public static NetworkDriver parse(String word) {
        if (word.isEmpty() || word.equals("default")) {
            return BRIDGE;
        }
        for (NetworkDriver driver : values()) {
            if (driver.word.equals(word)) {
                return driver;
            }
        }
        throw EngineException.notFound(
                "could not find plugin " + word + " in v1 plugin registry: plugin not found: use bridge or macvlan");
    }
}
