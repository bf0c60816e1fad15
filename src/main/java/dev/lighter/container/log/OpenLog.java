package dev.lighter.container.log;

import dev.lighter.launch.LogDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log while somebody reads it: its open segments, shared by all readers, and what happens to it, for those who sleep until something does.
 * A segment stays open, and its bytes stay on the disk, until every reader is past it, whether or not it is kept; up to a limit. Safe for
 * all threads.
 */
final class OpenLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenLog.class);

    private final LogDirectory directory;
    private final long mostBacklog;
    private final TreeMap<Integer, Segment> segments = new TreeMap<>();
    private final Map<LogReader, Integer> readers = new HashMap<>();
    private long changes;
    private long ends;

    /** How many have it open; only changed under the lock of the map that holds this. */
    int users;

    /**
     * A log that is there.
     *
     * @param mostBacklog how many bytes of segments that are no longer kept stay for a reader that is behind
     */
    OpenLog(LogDirectory directory, long mostBacklog) {
        this.directory = directory;
        this.mostBacklog = mostBacklog;
    }

    /** Takes a reader in; gives the segments it can begin with, oldest first, at least one. All of them stay until the reader is past. */
    synchronized List<Segment> join(LogReader reader) throws IOException {
        open(directory.numbers());
        if (segments.isEmpty()) {
            throw new IOException("the log in " + directory.container() + " has no segment");
        }
        readers.put(reader, segments.firstKey());
        return new ArrayList<>(segments.values());
    }

    private void open(NavigableSet<Integer> numbers) throws IOException {
        for (int number : numbers) {
            if (!segments.containsKey(number)) {
                Segment segment = Segment.open(directory, number);
                if (segment != null) {
                    segments.put(number, segment);
                }
            }
        }
    }

    /** There is a new segment. */
    synchronized void rotated() throws IOException {
        NavigableSet<Integer> numbers = directory.numbers();
        open(segments.isEmpty() ? numbers : numbers.tailSet(segments.lastKey(), false));
        long backlog = 0;
        for (Segment segment : List.copyOf(segments.descendingMap().values())) {
            if (!numbers.contains(segment.number())) {
                backlog += segment.out().size() + segment.err().size();
                if (backlog > mostBacklog) {
                    LOG.warn("A reader of the log in {} is too far behind and misses a part", directory.container());
                    segments.remove(segment.number());
                    segment.close();
                }
            }
        }
        appended();
    }

    /** Tells where a reader is, who will not come back to earlier segments. */
    synchronized void arrive(LogReader reader, Segment segment) throws IOException {
        readers.put(reader, segment.number());
        closeUnneeded();
    }

    synchronized void leave(LogReader reader) throws IOException {
        readers.remove(reader);
        closeUnneeded();
    }

    private void closeUnneeded() throws IOException {
        int needed = readers.values().stream().min(Integer::compare).orElse(Integer.MAX_VALUE);
        for (Segment segment : List.copyOf(segments.headMap(needed, false).values())) {
            segments.remove(segment.number());
            segment.close();
        }
    }

    /** The segment after one; null while that is the last. */
    synchronized @Nullable Segment after(Segment segment) {
        Map.Entry<Integer, Segment> next = segments.higherEntry(segment.number());
        return next == null ? null : next.getValue();
    }

    /** Whether a segment is open. */
    synchronized boolean holds(Segment segment) {
        return segments.containsKey(segment.number());
    }

    synchronized void appended() {
        changes++;
        notifyAll();
    }

    synchronized void ended() {
        ends++;
        appended();
    }

    synchronized long changes() {
        return changes;
    }

    synchronized long ends() {
        return ends;
    }

    /** Sleeps until there were more changes than {@code seen}, or the time is over. */
    synchronized void await(long seen, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (changes == seen) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return;
            }
            wait(millis);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (Segment segment : segments.values()) {
            segment.close();
        }
        segments.clear();
    }
}
