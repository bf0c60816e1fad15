package dev.lighter.network.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.IpPrefix;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which addresses are given out, in which order, and what is left. */
class AddressAllocatorTest {
    private static AddressAllocator of(String subnet, String range) {
        return new AddressAllocator(Subnet.parse(subnet), Subnet.parse(range));
    }

    private static String next(AddressAllocator addresses) {
        return addresses.allocate().map(IpPrefix::format).orElse("none");
    }

    @Test
    void addressesComeInTheirOrderWithoutNetworkAndBroadcast() {
        AddressAllocator addresses = of("10.0.0.0/29", "10.0.0.0/29");

        for (int i = 1; i <= 6; i++) {
            assertThat(next(addresses)).isEqualTo("10.0.0." + i);
        }
        assertThat(next(addresses)).isEqualTo("none");
    }

    @Test
    void anAddressGivenBackComesLast() {
        AddressAllocator addresses = of("10.0.0.0/29", "10.0.0.0/29");
        InetAddress first = addresses.allocate().orElseThrow();
        addresses.release(first);

        assertThat(next(addresses)).isEqualTo("10.0.0.2");
        for (int i = 3; i <= 6; i++) {
            assertThat(next(addresses)).isEqualTo("10.0.0." + i);
        }
        assertThat(next(addresses)).isEqualTo("10.0.0.1");
        assertThat(next(addresses)).isEqualTo("none");
    }

    @Test
    void whatIsTakenIsPassedOverAndCannotBeTakenTwice() {
        AddressAllocator addresses = of("10.0.0.0/24", "10.0.0.0/24");

        assertThat(addresses.take(IpPrefix.address("10.0.0.1"))).isTrue();
        assertThat(addresses.take(IpPrefix.address("10.0.0.1"))).isFalse();
        assertThat(addresses.take(IpPrefix.address("10.0.0.255")))
                .as("broadcast")
                .isFalse();
        assertThat(next(addresses)).isEqualTo("10.0.0.2");
    }

    @Test
    void onlyTheRangeIsGivenOutButAllOfTheSubnetCanBeTaken() {
        AddressAllocator addresses = of("10.0.0.0/24", "10.0.0.64/30");

        assertThat(addresses.take(IpPrefix.address("10.0.0.200"))).isTrue();
        assertThat(next(addresses)).isEqualTo("10.0.0.64");
        assertThat(next(addresses)).isEqualTo("10.0.0.65");
        assertThat(next(addresses)).isEqualTo("10.0.0.66");
        assertThat(next(addresses)).isEqualTo("10.0.0.67");
        assertThat(next(addresses)).isEqualTo("none");
    }

    @Test
    void afterARestartGivingOutGoesOnBehindWhatWasGiven() {
        AddressAllocator addresses = of("10.0.0.0/24", "10.0.0.0/24");
        addresses.resume(IpPrefix.address("10.0.0.9"));
        addresses.resume(IpPrefix.address("10.0.0.4"));

        assertThat(next(addresses)).isEqualTo("10.0.0.10");
    }

    @Test
    void aLargeSubnetOfIpv6GivesItsFirstAddresses() {
        AddressAllocator addresses = of("fd00:1::/64", "fd00:1::/64");

        assertThat(addresses.take(IpPrefix.address("fd00:1::1"))).isTrue();
        assertThat(next(addresses)).isEqualTo("fd00:1::2");
        assertThat(addresses.take(IpPrefix.address("fd00:1::ffff:ffff:ffff:ffff")))
                .isTrue();
        assertThat(addresses.take(IpPrefix.address("fd00:1::ffff:ffff:ffff:ffff")))
                .isFalse();
        assertThat(of("fd00::/8", "fd00::/8").allocate().map(IpPrefix::format)).contains("fd00::1");
    }

    @Test
    void allOfALargeSubnetAreDifferent() {
        AddressAllocator addresses = of("172.17.0.0/16", "172.17.0.0/16");
        Set<InetAddress> given = new HashSet<>();
        for (int i = 0; i < 65_534; i++) {
            assertThat(given.add(addresses.allocate().orElseThrow())).isTrue();
        }
        assertThat(next(addresses)).isEqualTo("none");
    }

    @Test
    void aSubnetOfTwoGivesBoth() {
        AddressAllocator addresses = of("10.0.0.0/31", "10.0.0.0/31");

        assertThat(next(addresses)).isEqualTo("10.0.0.0");
        assertThat(next(addresses)).isEqualTo("10.0.0.1");
        assertThat(next(addresses)).isEqualTo("none");
    }
}
