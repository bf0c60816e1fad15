package dev.lighter.volume;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A volume in memory: who has it, and who uses it at present. Its sets change only under the registry's lock, the rest under its own. */
final class LiveVolume {
    final LocalOptions options;
    final ReentrantLock lock = new ReentrantLock();
    /** The containers that have it among their mounts. */
    final Set<String> users = new HashSet<>();
    /** Those of them that run. */
    final Set<String> running = new HashSet<>();

    volatile Volume view;
    volatile boolean populated;
    volatile boolean removing;

    LiveVolume(Volume view, boolean populated) {
        this.view = view;
        this.options = LocalOptions.of(view.options());
        this.populated = populated;
    }
}
