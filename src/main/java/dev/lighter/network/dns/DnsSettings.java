package dev.lighter.network.dns;

/**
 * How long the server waits and how much it holds.
 *
 * @param attemptMillis how long one resolver is waited for before the next is asked too
 * @param lookupMillis how long a question may take outside before it fails; above all attempts, below what most clients wait for twice
 * @param questionsPerAsker how many questions of one address may be under way outside
 * @param questions how many of all
 * @param connectionsPerAsker how many TCP connections one address may hold
 * @param connections how many all may
 * @param idleMillis how long a connection may stay without a question asked or a byte of an answer taken
 * @param cacheEntries how many answers from outside are remembered
 * @param cacheBytes how much memory they may take
 */
record DnsSettings(
        long attemptMillis,
        long lookupMillis,
        int questionsPerAsker,
        int questions,
        int connectionsPerAsker,
        int connections,
        long idleMillis,
        int cacheEntries,
        long cacheBytes) {
    /** What suits a host with a thousand containers. */
    static final DnsSettings STANDARD =
            new DnsSettings(2000, 7000, 256, 1024, 16, 1024, 10_000, 20_000, 8L * 1024 * 1024);

    /** These with shorter times, for tests. */
    DnsSettings withTimes(long newAttemptMillis, long newLookupMillis, long newIdleMillis) {
        return new DnsSettings(
                newAttemptMillis,
                newLookupMillis,
                questionsPerAsker,
                questions,
                connectionsPerAsker,
                connections,
                newIdleMillis,
                cacheEntries,
                cacheBytes);
    }

    /** These with other bounds per asker, for tests. */
    DnsSettings withBounds(int newQuestionsPerAsker, int newConnectionsPerAsker) {
        return new DnsSettings(
                attemptMillis,
                lookupMillis,
                newQuestionsPerAsker,
                questions,
                newConnectionsPerAsker,
                connections,
                idleMillis,
                cacheEntries,
                cacheBytes);
    }
}
