package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class AnswerCacheTest {
    private static LookupKey key(String name) {
        return new LookupKey(List.of(), name, Type.A, 1, false, false);
    }

    private static StoredAnswer answer(String record) throws IOException {
        Message message = DnsClient.query("example.org", Type.A);
        message.addRecord(FakeResolver.record(Name.fromString("example.org."), record), Section.ANSWER);
        return new StoredAnswer(message, 0);
    }

    @Test
    void anAnswerIsFoundUntilItsTimeIsOver() throws IOException {
        AnswerCache cache = new AnswerCache(10, 100_000);
        cache.keep(key("a"), answer("30 A 192.0.2.1"), 0);

        assertThat(cache.find(key("a"), TimeUnit.SECONDS.toNanos(29))).isNotNull();
        assertThat(cache.find(key("b"), 0)).isNull();
        assertThat(cache.find(key("a"), TimeUnit.SECONDS.toNanos(30))).isNull();
        assertThat(cache.size()).isZero();
    }

    @Test
    void whatLivesForeverIsForgottenAfterAnHour() throws IOException {
        AnswerCache cache = new AnswerCache(10, 100_000);
        cache.keep(key("a"), answer("604800 A 192.0.2.1"), 0);
        cache.keep(key("b"), answer("0 A 192.0.2.1"), 0);

        assertThat(cache.find(key("a"), TimeUnit.SECONDS.toNanos(3599))).isNotNull();
        assertThat(cache.find(key("a"), TimeUnit.SECONDS.toNanos(3600))).isNull();
        assertThat(cache.find(key("b"), 0)).isNull();
    }

    @Test
    void whatWasNotAskedForLongestGoesFirst() throws IOException {
        AnswerCache cache = new AnswerCache(2, 100_000);
        cache.keep(key("a"), answer("30 A 192.0.2.1"), 0);
        cache.keep(key("b"), answer("30 A 192.0.2.1"), 0);
        cache.find(key("a"), 0);
        cache.keep(key("c"), answer("30 A 192.0.2.1"), 0);

        assertThat(cache.find(key("b"), 0)).isNull();
        assertThat(cache.find(key("a"), 0)).isNotNull();
    }

    @Test
    void theMemoryIsBounded() throws IOException {
        AnswerCache cache = new AnswerCache(1000, 5000);
        for (int i = 0; i < 100; i++) {
            cache.keep(key("n" + i % 50), answer("30 A 192.0.2.1"), 0);
        }

        assertThat(cache.size()).isBetween(5, 20);
        cache.keep(key("large"), answer("30 TXT " + ("\"" + "x".repeat(250) + "\" ").repeat(30)), 0);
        assertThat(cache.size()).isZero();
    }
}
