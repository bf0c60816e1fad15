package dev.lighter.launch;

/** What became of a container while no engine was there. */
public sealed interface Adoption {
    /** It runs on, and is watched again. */
    record Running(RunningContainer container) implements Adoption {}

    /** It has ended; its log is complete. */
    record Ended(Exit exit) implements Adoption {}

    /** It was never launched since its directory was prepared. */
    record NeverStarted() implements Adoption {}
}
