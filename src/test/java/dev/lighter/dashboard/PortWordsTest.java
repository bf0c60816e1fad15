package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.FilterRule;
import dev.lighter.network.port.PublishedPort;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortWordsTest {
    private static PublishedPort port(int containerPort, String protocol, String address, int hostPort) {
        return new PublishedPort(containerPort, protocol, IpPrefix.address(address), hostPort);
    }

    @Test
    void aPortOnBothFamiliesIsToldOnceAndTheUsualIsLeftOut() {
        assertThat(PortWords.join(List.of(
                        port(80, "tcp", "0.0.0.0", 8080),
                        port(80, "tcp", "::", 8080),
                        port(53, "udp", "127.0.0.1", 5353),
                        port(443, "tcp", "::1", 8443))))
                .isEqualTo("8080→80, 127.0.0.1:5353→53/udp, [::1]:8443→443");
        assertThat(PortWords.join(List.of())).isEmpty();
    }

    @Test
    void rulesAreGroupedByChainInTheirOrder() {
        var chains = RuleRow.byChain(List.of(
                new FilterRule("forward", "a", 3, 4200),
                new FilterRule("input", "b", -1, -1),
                new FilterRule("forward", "c", 0, 0)));

        assertThat(chains.keySet()).containsExactly("forward", "input");
        assertThat(chains.get("forward"))
                .containsExactly(new RuleRow("a", "3", "4.2 kB"), new RuleRow("c", "0", "0 B"));
        assertThat(chains.get("input")).containsExactly(new RuleRow("b", "–", "–"));
    }
}
