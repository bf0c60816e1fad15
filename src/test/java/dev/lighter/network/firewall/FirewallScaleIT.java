package dev.lighter.network.firewall;

import static dev.lighter.network.firewall.FirewallLab.HOST;
import static dev.lighter.network.firewall.FirewallLab.connect;
import static dev.lighter.network.firewall.FirewallLab.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Rule;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a port or a network costs when there are many. */
class FirewallScaleIT {
    private static final int SAMPLES = 200;
    /** Generous, for machines with other things to do: a cost that grew with the number would be a hundred times as much. */
    private static final int AT_MOST_TIMES = 8;

    private FirewallLab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new FirewallLab();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    /** The median of publishing ports one by one from a number on, in nanoseconds. */
    private long publishing(int first) throws Exception {
        long[] nanos = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            List<Translation> one = List.of(port(null, Rule.TCP, first + i, "10.0.0.2", 80));
            long start = System.nanoTime();
            lab.firewall.publish(one);
            nanos[i] = System.nanoTime() - start;
        }
        return median(nanos);
    }

    private static long median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2];
    }

    @Test
    void tenThousandPublishedPortsCostTheNextOneNothing() throws Exception {
        publishing(1000);
        long few = publishing(2000);
        List<Translation> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(port(null, Rule.TCP, 10_000 + i, "10.0.1.2", 80));
        }
        long start = System.nanoTime();
        lab.firewall.publish(many);
        long all = System.nanoTime() - start;

        long among = publishing(3000);
        long[] comparisons = new long[10];
        for (int i = 0; i < comparisons.length; i++) {
            start = System.nanoTime();
            assertThat(lab.firewall.repair()).isEmpty();
            comparisons[i] = System.nanoTime() - start;
        }
        long comparing = median(comparisons);
        long[] nanos = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            start = System.nanoTime();
            lab.firewall.withdraw(List.of(port(null, Rule.TCP, 3000 + i, "10.0.0.2", 80)));
            nanos[i] = System.nanoTime() - start;
        }
        long withdrawing = median(nanos);

        System.getLogger("bench")
                .log(
                        System.Logger.Level.INFO,
                        "a port among few {0} us, among 10000 {1} us, 10000 at once {2} us, compared {3} us, withdrawn {4} us",
                        few / 1000,
                        among / 1000,
                        all / 1000,
                        comparing / 1000,
                        withdrawing / 1000);
        assertThat(among).isLessThan(AT_MOST_TIMES * few);
        connect(lab.outside, HOST, 12_345, lab.other, "10.0.1.2", 80);
        lab.firewall.withdraw(many);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.outside.connect(HOST, 12_345));
    }

    @Test
    void aThousandNetworksAreWalled() throws Exception {
        List<WalledNetwork> networks = new ArrayList<>(List.of(FirewallLab.ONE, FirewallLab.TWO));
        for (int i = 0; i < 1000; i++) {
            networks.add(WalledNetwork.of("n" + i, IpPrefix.parse("10." + (4 + i / 256) + "." + i % 256 + ".1/24")));
        }
        long start = System.nanoTime();
        lab.firewall.rebuild(networks, List.of());
        long rebuilding = System.nanoTime() - start;
        WalledNetwork next = WalledNetwork.of("next", IpPrefix.parse("10.9.0.1/24"), IpPrefix.parse("fd00:9::1/64"));
        start = System.nanoTime();
        lab.firewall.add(next);
        long adding = System.nanoTime() - start;
        start = System.nanoTime();
        lab.firewall.remove(next);
        long removing = System.nanoTime() - start;
        for (int i = 0; i < 20; i++) {
            start = System.nanoTime();
            lab.firewall.add(next);
            adding = System.nanoTime() - start;
            start = System.nanoTime();
            lab.firewall.remove(next);
            removing = System.nanoTime() - start;
        }

        System.getLogger("bench")
                .log(
                        System.Logger.Level.INFO,
                        "1000 networks at once {0} us, one more {1} us, one less {2} us",
                        rebuilding / 1000,
                        adding / 1000,
                        removing / 1000);
        assertThat(lab.firewall.repair()).isEmpty();
        lab.dropped("drop: into a network", lab.web, "10.0.1.2", 5000, lab.other, "10.0.1.2", 5000);
    }
}
