package dev.lighter.network.dns;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers from outside, as long as they may be remembered and there is room; what was not asked for longest goes first. For one thread.
 */
final class AnswerCache {
    /** About what an entry takes beside its answer. */
    private static final int ENTRY_BYTES = 300;

    private final int mostEntries;
    private final long mostBytes;
    private final LinkedHashMap<LookupKey, StoredAnswer> answers = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    AnswerCache(int mostEntries, long mostBytes) {
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
    }

    /** The answer that is still good at a time of the loop's. */
    @Nullable
    StoredAnswer find(LookupKey key, long now) {
        StoredAnswer answer = answers.get(key);
        if (answer == null || answer.isFresh(now)) {
            return answer;
        }
        answers.remove(key);
        bytes -= bytes(key, answer);
        return null;
    }

    /** Remembers an answer if it may be remembered at all. */
    void keep(LookupKey key, StoredAnswer answer, long now) {
        if (!answer.isFresh(now)) {
            return;
        }
        StoredAnswer before = answers.put(key, answer);
        bytes += bytes(key, answer) - (before == null ? 0 : bytes(key, before));
        Iterator<Map.Entry<LookupKey, StoredAnswer>> oldest = answers.entrySet().iterator();
        while (answers.size() > mostEntries || bytes > mostBytes) {
            Map.Entry<LookupKey, StoredAnswer> entry = oldest.next();
            bytes -= bytes(entry.getKey(), entry.getValue());
            oldest.remove();
        }
    }

    int size() {
        return answers.size();
    }

    private static long bytes(LookupKey key, StoredAnswer answer) {
        return ENTRY_BYTES + key.name().length() + answer.bytes();
    }
}
