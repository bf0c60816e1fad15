package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkCountersTest {
    @Test
    void allLinksButTheLoopbackAreCountedBothWays() {
        String text = """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:     100       2    0    0    0     0          0         0      100       2    0    0    0     0       0          0
                  eth0:12345678       9    1    2    0     0          0         0       55       4    3    6    0     0       0          0
                """;

        assertThat(LinkCounters.parse(text)).containsExactly(new LinkCounters("eth0", 12345678, 9, 1, 2, 55, 4, 3, 6));
    }
}
