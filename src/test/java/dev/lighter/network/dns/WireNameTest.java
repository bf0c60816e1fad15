package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.IpPrefix;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireNameTest {
    @Test
    void aNameIsTheSameInBothForms() {
        byte[] wire = Objects.requireNonNull(WireName.of("Web.my-net_1"));

        assertThat(wire).hasSize(14);
        assertThat(WireName.end(wire, 0, wire.length)).isEqualTo(14);
        assertThat(WireName.text(WireName.key(wire))).isEqualTo("web.my-net_1");
        assertThat(WireName.text(WireName.key(new byte[] {0}))).isEmpty();
    }

    @Test
    void aLabelWithADotInItIsNoNameOfOurs() {
        assertThat(WireName.text(WireName.key(new byte[] {3, 'a', '.', 'b', 0})))
                .isNull();
        assertThat(WireName.text(WireName.key(new byte[] {2, (byte) 0xc3, (byte) 0xa4, 0})))
                .isNull();
    }

    @Test
    void whatIsNoNameHasNoEnd() {
        assertThat(WireName.end(new byte[] {3, 'a', 'b'}, 0, 3)).isEqualTo(-1);
        assertThat(WireName.end(new byte[] {64, 'a', 'b'}, 0, 3)).isEqualTo(-1);
        assertThat(WireName.end(new byte[] {(byte) 0xc0, 0}, 0, 2)).isEqualTo(-1);
        assertThat(WireName.end(new byte[300], 300, 300)).isEqualTo(-1);
        assertThat(WireName.endOfCompressed(new byte[] {(byte) 0xc0, 0}, 0, 2)).isEqualTo(2);
        assertThat(WireName.endOfCompressed(new byte[] {(byte) 0xc0}, 0, 1)).isEqualTo(-1);
        byte[] endless = new byte[600];
        Arrays.fill(endless, (byte) 1);
        assertThat(WireName.end(endless, 0, endless.length)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a..b", ".", "a."})
    void anEmptyLabelIsRefused(String text) {
        assertThat(WireName.of(text)).isNull();
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThat(WireName.of("a".repeat(64))).isNull();
        assertThat(WireName.of("a.".repeat(127) + "a")).isNull();
    }

    @Test
    void aReversedNameStandsForItsAddress() {
        assertThat(WireName.address("4.3.2.1.in-addr.arpa")).isEqualTo(IpPrefix.address("1.2.3.4"));
        assertThat(WireName.address("8.b.d.0.1.0.0.2.ip6.arpa")).isNull();
        assertThat(WireName.address("1" + ".0".repeat(23) + ".8.b.d.0.1.0.0.2.ip6.arpa"))
                .isEqualTo(IpPrefix.address("2001:db8::1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "in-addr.arpa",
                "3.2.1.in-addr.arpa",
                "5.4.3.2.1.in-addr.arpa",
                "256.3.2.1.in-addr.arpa",
                "x.3.2.1.in-addr.arpa",
                ".3.2.1.in-addr.arpa",
                "99999999999.3.2.1.in-addr.arpa",
                "4.3.2.1.example.org"
            })
    void otherNamesStandForNone(String name) {
        assertThat(WireName.address(name)).isNull();
    }
}
