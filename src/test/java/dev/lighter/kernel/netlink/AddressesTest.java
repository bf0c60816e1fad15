package dev.lighter.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/24,10.1.2.0/24,10.1.2.255",
        "10.1.2.3/32,10.1.2.3/32,10.1.2.3",
        "10.1.2.3,10.1.2.3/32,10.1.2.3",
        "192.168.77.9/20,192.168.64.0/20,192.168.79.255",
        "0.0.0.0/0,0.0.0.0/0,255.255.255.255",
        "fd00:1::5/64,fd00:1::/64,fd00:1:0:0:ffff:ffff:ffff:ffff",
        "2001:db8::1/0,::/0,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
    })
    void aPrefixHasANetworkAndALastAddress(String text, String network, String last) {
        IpPrefix prefix = IpPrefix.parse(text);

        assertThat(prefix.network()).hasToString(network);
        assertThat(prefix.last().getHostAddress()).isEqualTo(last);
    }

    @Test
    void aPrefixContainsTheAddressesOfItsNetworkOnly() {
        IpPrefix prefix = IpPrefix.parse("10.1.2.3/23");

        assertThat(prefix.contains(IpPrefix.address("10.1.3.255"))).isTrue();
        assertThat(prefix.contains(IpPrefix.address("10.1.4.0"))).isFalse();
        assertThat(prefix.contains(IpPrefix.address("fd00::1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0",
                "10.0.0.1/33",
                "10.0.0.1/-1",
                "10.0.0.1/x",
                "10.0.0.1/",
                "a.b.c.d",
                "fd00::1/129",
                "fd00::1%eth0/64",
                "1.2.3.4.5",
                "999.1.1.1",
                ":"
            })
    void whatIsNoPrefixIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpPrefix.parse(text));
    }

    @Test
    void aMacAddressIsReadAndWritten() {
        assertThat(MacAddress.parse("02-42-AC-11-00-02"))
                .hasToString("02:42:ac:11:00:02")
                .isEqualTo(MacAddress.of((byte) 2, (byte) 0x42, (byte) 0xac, (byte) 0x11, (byte) 0, (byte) 2));
        assertThat(MacAddress.parse("01:00:5e:00:00:01").isMulticast()).isTrue();
        assertThat(MacAddress.parse("02:42:ac:11:00:02").isMulticast()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02:42:ac:11:00", "02:42:ac:11:00:02:03", "02:42:ac:11:00:0g", "0242ac110002"})
    void whatIsNoMacAddressIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MacAddress.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1,10.0.0.1",
        "0:0:0:0:0:0:0:0,::",
        "0:0:0:0:0:0:0:1,::1",
        "fd00:0:0:1:0:0:0:1,fd00:0:0:1::1",
        "2001:DB8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "fe80:0:0:0:0:0:0:0,fe80::",
        "1:0:0:2:2:0:0:3,1::2:2:0:0:3"
    })
    void anAddressIsWrittenInItsShortestForm(String written, String shortest) {
        assertThat(IpPrefix.format(IpPrefix.address(written))).isEqualTo(shortest);
    }
}
