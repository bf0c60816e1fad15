package dev.lighter.network.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which subnets are chosen. */
class SubnetChooserTest {
    @Test
    void fourThousandNetworksFindRoomAndNoneOverlaps() {
        SubnetChooser chooser = new SubnetChooser(SubnetChooser.DEFAULT_SOURCES);
        List<Subnet> used = new ArrayList<>(List.of(Subnet.parse("172.17.0.0/16")));

        for (int i = 0; i < 4000; i++) {
            Subnet subnet = chooser.chooseV4(used).orElseThrow();
            used.add(subnet);
        }
        used.sort((a, b) -> Integer.compareUnsigned(
                a.prefix().address().hashCode(), b.prefix().address().hashCode()));
        for (int i = 1; i < used.size(); i++) {
            assertThat(used.get(i - 1).overlaps(used.get(i))).isFalse();
        }
    }

    @Test
    void whereTheHostRoutesAWholeSourceThousandsAreLeft() {
        SubnetChooser chooser = new SubnetChooser(SubnetChooser.DEFAULT_SOURCES);
        List<Subnet> routes = List.of(Subnet.parse("172.16.0.0/12"), Subnet.parse("192.168.0.0/16"));

        assertThat(chooser.chooseV4(routes)).contains(Subnet.parse("10.128.0.0/22"));
    }

    @Test
    void aSubnetThatWasUsedComesBackLast() {
        SubnetChooser chooser = new SubnetChooser(List.of(SubnetSource.of("10.0.0.0/22", 24)));

        assertThat(chooser.chooseV4(List.of())).contains(Subnet.parse("10.0.0.0/24"));
        assertThat(chooser.chooseV4(List.of())).contains(Subnet.parse("10.0.1.0/24"));
        assertThat(chooser.chooseV4(List.of())).contains(Subnet.parse("10.0.2.0/24"));
        assertThat(chooser.chooseV4(List.of())).contains(Subnet.parse("10.0.3.0/24"));
        assertThat(chooser.chooseV4(List.of())).contains(Subnet.parse("10.0.0.0/24"));
    }

    @Test
    void whenEverythingIsInUseThereIsNone() {
        SubnetChooser chooser = new SubnetChooser(List.of(SubnetSource.of("10.0.0.0/23", 24)));

        assertThat(chooser.chooseV4(List.of(Subnet.parse("10.0.0.0/8")))).isEmpty();
        assertThat(chooser.chooseV4(List.of(Subnet.parse("10.0.1.7/32")))).contains(Subnet.parse("10.0.0.0/24"));
    }

    @Test
    void ipv6ComesFromTheSpaceForLocalUse() {
        SubnetChooser chooser = new SubnetChooser(SubnetChooser.DEFAULT_SOURCES);
        Subnet first = chooser.chooseV6(List.of()).orElseThrow();
        Subnet second = chooser.chooseV6(List.of(first)).orElseThrow();

        assertThat(Subnet.parse("fd00::/8").contains(first)).isTrue();
        assertThat(first.prefix().length()).isEqualTo(64);
        assertThat(first.overlaps(second)).isFalse();
    }

    @Test
    void aSourceThatCannotBeCutIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SubnetSource.of("10.0.0.0/24", 23));
        assertThatIllegalArgumentException().isThrownBy(() -> SubnetSource.of("10.0.0.0/24", 32));
        assertThatIllegalArgumentException().isThrownBy(() -> SubnetSource.of("fd00::/48", 64));
        assertThatIllegalArgumentException().isThrownBy(() -> SubnetSource.of("10.0.0.1/24", 26));
    }
}
