package dev.lighter.container;

import dev.lighter.error.EngineException;

/** What a wait waits for. */
public enum WaitCondition {
    NOT_RUNNING,
    NEXT_EXIT,
    REMOVED;

    /** By Docker's word; empty means not-running. */
    public static WaitCondition parse(String word) {
        return switch (word) {
            case "", "not-running" -> NOT_RUNNING;
            case "next-exit" -> NEXT_EXIT;
            case "removed" -> REMOVED;
            default ->
                throw EngineException.invalid(
                        "invalid condition: \"" + word + "\": use not-running, next-exit or removed");
        };
    }
}
