package dev.lighter.kernel.netlink.nft;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is in a set or map: {@code Element.of(address, 6, 80).to(other, 8080)}. Values are those that the set's fields say. Immutable.
 *
 * @param key a value for each field of the key
 * @param last where it is a range: a value for each field, up to and with which it goes; null for a single key
 * @param data what a map gives for the key; empty when nothing or a verdict
 * @param verdict what a map to verdicts gives
 * @param timeoutMillis how long it stays; 0 for good
 * @param counter how much it was found for; null for an element that is to be added and in sets that do not count
 */
public record Element(
        List<Object> key,
        @Nullable List<Object> last,
        List<Object> data,
        @Nullable Verdict verdict,
        long timeoutMillis,
        @Nullable String comment,
        @Nullable Counter counter) {
    /** One key. */
    public static Element of(Object... key) {
        return new Element(List.of(key), null, List.of(), null, 0, null, null);
    }

    /** All keys of one field from one to another, both included. */
    public static Element range(Object first, Object last) {
        return new Element(List.of(first), List.of(last), List.of(), null, 0, null, null);
    }

    /** All keys whose every field is from that of this one to that of another, both included. */
    public Element upTo(Object... lastKey) {
        return new Element(key, List.of(lastKey), data, verdict, timeoutMillis, comment, counter);
    }

    /** With a value. */
    public Element to(Object... value) {
        return new Element(key, last, List.of(value), null, timeoutMillis, comment, counter);
    }

    /** With a verdict. */
    public Element to(Verdict value) {
        return new Element(key, last, List.of(), value, timeoutMillis, comment, counter);
    }

    /** For a time only; the set must be one with timeouts. */
    public Element forMillis(long millis) {
        return new Element(key, last, data, verdict, millis, comment, counter);
    }

    /** With words for people, at most 127 bytes. */
    public Element comment(String words) {
        return new Element(key, last, data, verdict, timeoutMillis, words, counter);
    }

    /** The same as if it had never been found. */
    public Element withoutCounter() {
        return counter == null ? this : new Element(key, last, data, verdict, timeoutMillis, comment, null);
    }

    /** The key after this one, in as many bytes; null when there is none. */
    static byte @Nullable [] next(byte[] key) {
        byte[] sum = new BigInteger(1, key).add(BigInteger.ONE).toByteArray();
        byte[] next = new byte[key.length];
        int from = Math.max(0, sum.length - next.length);
        if (from > 0 && sum[from - 1] != 0) {
            return null;
        }
        System.arraycopy(sum, from, next, next.length - (sum.length - from), sum.length - from);
        return next;
    }

    /** The key before this one, in as many bytes. */
    static byte[] previous(byte[] key) {
        byte[] difference = new BigInteger(1, key).subtract(BigInteger.ONE).toByteArray();
        byte[] previous = new byte[key.length];
        int count = Math.min(difference.length, previous.length);
        System.arraycopy(difference, difference.length - count, previous, previous.length - count, count);
        Arrays.fill(previous, 0, previous.length - count, (byte) 0);
        return previous;
    }
}
