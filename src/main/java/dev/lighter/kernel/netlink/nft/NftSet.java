package dev.lighter.kernel.netlink.nft;

import java.util.List;

/**
 * A set of keys, or a map from keys to values or verdicts: {@code table.set("published", Field.IPV4, Field.PROTOCOL,
 * Field.PORT).to(Field.IPV4, Field.PORT)}. Immutable.
 *
 * @param key the fields of a key
 * @param data the fields of a value; empty for a set and for a map to verdicts
 * @param verdicts whether it maps to verdicts
 * @param intervals whether elements may be ranges
 * @param timeouts whether elements may expire
 * @param counters whether each element counts the packets that it was found for
 */
public record NftSet(
        Table table,
        String name,
        List<Field> key,
        List<Field> data,
        boolean verdicts,
        boolean intervals,
        boolean timeouts,
        boolean counters) {
    /** Copies the lists. */
    public NftSet {
        key = List.copyOf(key);
        data = List.copyOf(data);
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a set's key has at least one field");
        }
    }

    static NftSet of(Table table, String name, Field... key) {
        return new NftSet(table, name, List.of(key), List.of(), false, false, false, false);
    }

    /** A map from the keys to values of these fields. */
    public NftSet to(Field... value) {
        return new NftSet(table, name, key, List.of(value), false, intervals, timeouts, counters);
    }

    /** A map from the keys to verdicts. */
    public NftSet toVerdicts() {
        return new NftSet(table, name, key, List.of(), true, intervals, timeouts, counters);
    }

    /** Elements may be ranges. */
    public NftSet withIntervals() {
        return new NftSet(table, name, key, data, verdicts, true, timeouts, counters);
    }

    /** Elements may expire. */
    public NftSet withTimeouts() {
        return new NftSet(table, name, key, data, verdicts, intervals, true, counters);
    }

    /** Each element counts the packets that it was found for; since Linux 5.11. */
    public NftSet withCounters() {
        return new NftSet(table, name, key, data, verdicts, intervals, timeouts, true);
    }

    /** Whether it maps keys to something. */
    public boolean isMap() {
        return verdicts || !data.isEmpty();
    }

    @Override
    public String toString() {
        return table + " @" + name;
    }
}
