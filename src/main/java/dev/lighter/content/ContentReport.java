package dev.lighter.content;

import java.util.ArrayList;
import java.util.List;

/**
 * What a check has found.
 *
 * @param entries every entry of a directory that a feature answers for, and what is missing there, by path
 * @param unclaimed names at the top of the data directory that no feature answers for; they are left alone
 */
public record ContentReport(List<Entry> entries, List<String> unclaimed) {
    /** How an entry stands. */
    public enum State {
        NEEDED,
        ORPHAN,
        MISSING
    }

    /**
     * One entry.
     *
     * @param path relative to the data directory
     * @param bytes of a file; 0 for a directory
     * @param neededBy who needs it, in words
     * @param repaired what was done about it, in words; empty for nothing
     */
    public record Entry(String path, State state, long bytes, List<String> neededBy, String repaired) {
        static Entry needed(String path, long bytes, List<String> by) {
            return new Entry(path, State.NEEDED, bytes, by, "");
        }

        static Entry orphan(String path, long bytes, boolean removed) {
            return new Entry(path, State.ORPHAN, bytes, List.of(), removed ? "removed" : "");
        }

        static Entry missing(ContentOwners.Content content, String done) {
            return new Entry(content.path(), State.MISSING, 0, List.of(content.neededBy()), done);
        }

        Entry alsoMissing(Entry other) {
            List<String> by = new ArrayList<>(neededBy);
            by.addAll(other.neededBy);
            return new Entry(
                    path, State.MISSING, 0, List.copyOf(by), other.repaired.isEmpty() ? repaired : other.repaired);
        }
    }

    /** The entries in this state. */
    public List<Entry> in(State state) {
        return entries.stream().filter(entry -> entry.state == state).toList();
    }
}
