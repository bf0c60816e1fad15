package dev.lighter.image;

/** Hears how a pull or push goes on, on the thread that asked for it. */
@FunctionalInterface
public interface TransferProgress {
    /** Hears nothing. */
    TransferProgress SILENT = event -> {};

    /** Something went on. Counts of bytes are told a few times a second. An exception ends the transfer for this listener. */
    void event(TransferEvent event);

    /** Whether anybody still listens; asked several times a second. A transfer that nobody wants any more is broken off. */
    default boolean isWanted() {
        return true;
    }
}
